#include "feature/signin/common.h"

enum { LETTERS_MAX = 1024, PIECES_MAX = 3, SHORT_NUMBER = 4, RUN_MIN = 3 };

/* Words that lists of leaked passwords have at their head in every year and country; in the letters
 * that folded() leaves. */
static const char *const words[] = {
    "password",   "passwort", "passwd",      "pass",       "contrasena", "senha",    "parola",
    "welcome",    "letmein",  "login",       "admin",      "root",       "user",     "guest",
    "master",     "secret",   "access",      "default",    "changeme",   "change",   "temporary",
    "temp",       "test",     "testing",     "iloveyou",   "ilove",      "love",     "teamo",
    "teamomucho", "amor",     "monkey",      "dragon",     "football",   "baseball", "basketball",
    "soccer",     "hockey",   "superman",    "batman",     "spiderman",  "pokemon",  "starwars",
    "naruto",     "sunshine", "princess",    "shadow",     "michael",    "jordan",   "jennifer",
    "jessica",    "ashley",   "daniel",      "charlie",    "thomas",     "robert",   "andrew",
    "joshua",     "matthew",  "george",      "william",    "maria",      "mario",    "carlos",
    "jose",       "juan",     "pedro",       "ana",        "lucas",      "gabriel",  "brasil",
    "brazil",     "flamengo", "corinthians", "palmeiras",  "barcelona",  "madrid",   "realmadrid",
    "liverpool",  "chelsea",  "arsenal",     "manchester", "england",    "mexico",   "argentina",
    "colombia",   "america",  "jesus",       "god",        "freedom",    "trust",    "trustno",
    "whatever",   "nothing",  "hello",       "helloworld", "world",      "computer", "internet",
    "samsung",    "google",   "facebook",    "apple",      "microsoft",  "windows",  "linux",
    "office",     "company",  "business",    "customer",   "service",    "support",  "server",
    "troth",      "promise",  "money",       "cookie",     "chocolate",  "coffee",   "summer",
    "winter",     "spring",   "autumn",      "january",    "february",   "march",    "april",
    "may",        "june",     "july",        "august",     "september",  "october",  "november",
    "december",   "monday",   "tuesday",     "wednesday",  "thursday",   "friday",   "saturday",
    "sunday",     "mustang",  "ferrari",     "harley",     "corvette",   "yankees",  "cowboys",
    "lakers",     "tigger",   "pepper",      "ginger",     "buster",     "maggie",   "bailey",
    "killer",     "hunter",   "ranger",      "ninja",      "zaq",        "wsx",      "fuckyou",
    "fuck",       "pussy",    "asshole",     "mynoob",     "lovely",     "flower",   "butterfly",
    "purple",     "orange",   "silver",      "golden",     "diamond",    "angel",    "family",
    "mother",     "father",   "baby",        "forever",    "please",     "this",     "that",
    "is",         "my",       "the",         "me",         "you",        "i",        "a",
    "new",        "now",      "one",         "two",        "three",      "and",      "for",
};

/* Rows in whose order fingers run, and letters and digits in their own. */
static const char *const rows[] = {
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    "yxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "1q2w3e4r5t6y7u8i9o0p",
    "!@#$%^&*()",
    "qazwsxedcrfvtgbyhnujmikolp",
};

/* Small letters; signs that stand between words are left out. */
static size_t folded(struct text t, char out[LETTERS_MAX])
{
    size_t len = 0;
    for (size_t i = 0; i < t.len && len < LETTERS_MAX; i++) {
        char c = t.ptr[i];
        if (c >= 'A' && c <= 'Z') {
            c = (char)(c - 'A' + 'a');
        }
        if (!memchr(" -_.,;:/+'\"", c, 11)) {
            out[len++] = c;
        }
    }
    return len;
}

static char plain(char c)
{
    static const char from[] = "013457@$!", to[] = "oieastasi";
    const char *at = c ? strchr(from, c) : NULL;
    return at ? to[at - from] : c;
}

static bool matches(const char *at, const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (at[i] != word[i] && plain(at[i]) != word[i]) {
            return false;
        }
    }
    return true;
}

/* How many letters from `at` run along a row, forwards or backwards. */
static size_t run_of(const char *at, size_t left)
{
    size_t best = 0;
    for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
        size_t len = strlen(rows[r]);
        for (size_t i = 0; i < len; i++) {
            size_t on = 0, back = 0;
            while (on < left && i + on < len && at[on] == rows[r][i + on]) {
                on++;
            }
            while (back < left && back <= i && at[back] == rows[r][i - back]) {
                back++;
            }
            best = on > best ? on : best;
            best = back > best ? back : best;
        }
    }
    return best;
}

struct cutting {
    const char *letters;
    size_t len;
    const struct text *own;
    size_t own_count;
    unsigned char pieces[LETTERS_MAX + 1]; /* least pieces up to here; 255: it cannot be cut so */
};

static void reach(struct cutting *c, size_t to, unsigned pieces)
{
    if (pieces < c->pieces[to]) {
        c->pieces[to] = (unsigned char)pieces;
    }
}

/* A piece of that length at `from`, and as often again as it is repeated. */
static void take_piece(struct cutting *c, size_t from, size_t len)
{
    unsigned pieces = c->pieces[from] + 1U;
    for (size_t to = from + len; to <= c->len; to += len) {
        reach(c, to, pieces);
        if (to + len > c->len || memcmp(c->letters + from, c->letters + to, len) != 0) {
            return;
        }
    }
}

static void take_pieces_at(struct cutting *c, size_t from)
{
    const char *at = c->letters + from;
    size_t left = c->len - from;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t len = strlen(words[i]);
        if (len <= left && matches(at, words[i], len)) {
            take_piece(c, from, len);
        }
    }
    for (size_t i = 0; i < c->own_count; i++) {
        if (c->own[i].len <= left && memcmp(at, c->own[i].ptr, c->own[i].len) == 0) {
            take_piece(c, from, c->own[i].len);
        }
    }
    for (size_t run = run_of(at, left); run >= RUN_MIN; run--) {
        take_piece(c, from, run);
    }
    for (size_t n = 1; n <= SHORT_NUMBER && n <= left && at[n - 1] >= '0' && at[n - 1] <= '9';
         n++) {
        take_piece(c, from, n);
    }
    take_piece(c, from, 1); /* one letter, or the same again and again */
}

/* A repetition of anything: "correcthorse" thrice is "correcthorse". */
static size_t without_repetition(const char *letters, size_t len)
{
    for (size_t unit = 1; unit <= len / 2; unit++) {
        if (len % unit == 0 && memcmp(letters, letters + unit, len - unit) == 0) {
            return unit;
        }
    }
    return len;
}

bool common_password(struct text password, const struct text *own, size_t own_count)
{
    enum {
        SHORT = 8
    }; /* what remains of a repetition must be more than a common password's length */
    char letters[LETTERS_MAX], owns[COMMON_OWN_MAX][LETTERS_MAX];
    struct text own_folded[COMMON_OWN_MAX];
    struct cutting c = {.letters = letters, .own = own_folded};
    c.len = folded(password, letters);
    for (size_t i = 0; i < own_count && i < COMMON_OWN_MAX; i++) {
        size_t len = folded(own[i], owns[c.own_count]);
        if (len >= RUN_MIN) {
            own_folded[c.own_count] = (struct text){owns[c.own_count], len};
            c.own_count++;
        }
    }
    size_t once = without_repetition(letters, c.len);
    if (once < c.len && once <= SHORT) {
        return true;
    }
    c.len = once;
    memset(c.pieces, 255, sizeof(c.pieces));
    c.pieces[0] = 0;
    for (size_t i = 0; i < c.len; i++) {
        if (c.pieces[i] < PIECES_MAX) {
            take_pieces_at(&c, i);
        }
    }
    return c.pieces[c.len] <= PIECES_MAX;
}
