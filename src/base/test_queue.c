#include "base/queue.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { THREADS = 4, EACH = 20000 };

struct item {
    struct queue_link link;
    unsigned thread, number;
};
struct putter {
    struct queue *queue;
    struct item *items;
    _Atomic(unsigned) *wakes;
};

static void what_is_put_is_taken_once_in_order(void **state)
{
    (void)state;
    struct queue q = {NULL};
    struct item items[3] = {{.number = 0}, {.number = 1}, {.number = 2}};
    assert_null(queue_take(&q));
    assert_true(queue_put(&q, &items[0].link));
    assert_false(queue_put(&q, &items[1].link));
    assert_false(queue_put(&q, &items[2].link));
    struct queue_link *link = queue_take(&q);
    for (int i = 0; i < 3; i++) {
        assert_ptr_equal(link, &items[i].link);
        link = link->next;
    }
    assert_null(link);
    assert_null(queue_take(&q));
    assert_true(queue_put(&q, &items[0].link));
}

static void *put_all(void *self)
{
    struct putter *p = self;
    for (unsigned i = 0; i < EACH; i++) {
        if (queue_put(p->queue, &p->items[i].link)) {
            atomic_fetch_add(p->wakes, 1);
        }
    }
    return NULL;
}

static void many_threads_lose_nothing_and_keep_each_thread_in_order(void **state)
{
    (void)state;
    struct queue q = {NULL};
    _Atomic(unsigned) wakes = 0;
    struct item *items = calloc((size_t)THREADS * EACH, sizeof(*items));
    assert_non_null(items);
    struct putter putters[THREADS];
    pthread_t threads[THREADS];
    for (unsigned t = 0; t < THREADS; t++) {
        for (unsigned i = 0; i < EACH; i++) {
            items[t * EACH + i] = (struct item){.thread = t, .number = i};
        }
        putters[t] = (struct putter){&q, items + (size_t)t * EACH, &wakes};
        assert_int_equal(pthread_create(&threads[t], NULL, put_all, &putters[t]), 0);
    }
    unsigned next[THREADS] = {0}, total = 0, takes = 0;
    while (total < THREADS * EACH) {
        struct queue_link *link = queue_take(&q);
        takes += link != NULL;
        for (; link; link = link->next) {
            struct item *item = (struct item *)link;
            assert_int_equal(item->number, next[item->thread]);
            next[item->thread]++;
            total++;
        }
    }
    for (unsigned t = 0; t < THREADS; t++) {
        pthread_join(threads[t], NULL);
    }
    assert_int_equal(atomic_load(&wakes), takes);
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_is_taken_once_in_order),
        cmocka_unit_test(many_threads_lose_nothing_and_keep_each_thread_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
