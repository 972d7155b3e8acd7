/* Statements that look at more homes than one, each with its reason. docs/scale.md tells them. */
#ifndef TROTH_TESTS_PLANS_HOMES_H
#define TROTH_TESTS_PLANS_HOMES_H

struct exception {
    const char *statement, *reason;
};

#define BY_ID "asked for by an id alone, one row by the key's index of each partition"
#define LISTED "a list of the API or a page over all keys, from an index, as long as its limit"
#define CLOCK "the clock looks for what is due first, wherever it is"
#define CUSTOMER "touches of a customer lie at their threads' homes"
#define WORLD "what is heard anywhere concerns every key"
#define START "once, when a server starts"

static const struct exception exceptions[] = {
    {"obligation_find", BY_ID},
    {"touch_by_id", BY_ID},
    {"touch_by_sender", "a touch that decided an obligation and lies at another home than it"},

    {"obligation_due_up", LISTED},
    {"obligation_due_down", LISTED},
    {"obligation_without_due", LISTED},
    {"obligation_paused", LISTED},
    {"obligation_decided_up", LISTED},
    {"obligation_decided_down", LISTED},
    {"obligation_state_up", LISTED},
    {"obligation_state_down", LISTED},
    {"obligation_promise_up", LISTED},
    {"obligation_promise_down", LISTED},
    {"obligation_opened_up", LISTED},
    {"obligation_opened_down", LISTED},
    {"obligation_from_key", LISTED},
    {"obligation_of_customer", LISTED},
    {"obligation_entry_after", LISTED},
    {"webhook_entries", "what has been written since, for webhooks"},
    {"webhook_last_entry", "once, when a webhook is made or enabled"},
    {"obligation_entry_of_node_after",
     "what other servers have written since, for the event stream"},
    {"touch_of_all", "db verify reads every touch"},

    {"key_state_due", CLOCK},
    {"key_state_next", CLOCK},

    {"touch_of_customer", CUSTOMER},
    {"touch_later_of_customer", CUSTOMER},
    {"customer_ids", LISTED},
    {"customer_by_word", LISTED},
    {"customer_word_count", LISTED},
    {"customer_of_touches", "what has come since, whose customers are to be found by words"},
    {"customer_newest", CUSTOMER},
    {"customer_touches", CUSTOMER},
    {"customer_threads", CUSTOMER},
    {"customer_obligations", LISTED},
    {"customer_counted", LISTED},
    {"customer_thread_names", LISTED},
    {"customer_keys_from", LISTED},
    {"touch_of_sender", "after a merge or split, of what has become void: where it was opened"},
    {"touch_of_prefix", "as the last two, for verdicts of a customer's or an attribute's key"},

    {"touch_anywhere_find", WORLD},
    {"touch_of_anywhere", WORLD},
    {"key_state_of_lane", WORLD},
    {"key_state_wake", WORLD},
    {"obligation_entry_keys", WORLD},

    {"touch_last", START},
    {"obligation_last", START},
    {"obligation_entry_last", START},
};

#endif
