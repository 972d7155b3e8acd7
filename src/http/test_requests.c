/* What is checked before a handler sees a request, and how its reply goes out. */
#include "http/testing_house.h"

static void fields_of_path_and_query_are_decoded_and_typed(void **state)
{
    struct house *h = *state;
    expect(h, "GET", "/items/a%2Fb%20%C3%A7?count=5&state=kept&since=1970-01-01T00:00:01Z", "", "",
           200, "{\"id\":\"a/b \xC3\xA7\",\"count\":5,\"state\":\"kept\",\"since\":1000000}");
    expect(h, "GET", "/items/x+y?", "", "", 200, "\"id\":\"x+y\",\"count\":-1");
    expect(h, "GET", "http://localhost/items/abs?count=1", "", "", 200, "\"id\":\"abs\"");
    expect(h, "GET", "/items/first", "", "", 200, "hello");
}

static void a_route_may_take_the_rest_of_a_path_and_any_query(void **state)
{
    struct house *h = *state;
    expect(h, "GET", "/app/first", "", "", 200, "hello");
    expect(h, "GET", "/app/one", "", "", 200, "rest one");
    expect(h, "GET", "/app/first/two%2Fthree//four/?a=1&b", "", "", 200,
           "rest first/two/three//four/");
    expect(h, "GET", "/app/%00", "", "", 400, "");
    expect(h, "GET", "/app", "", "", 404, "");
    struct answer a CLEANUP(answer_release) = ask(h->port, "GET", "/app/x", "", TEXT(""));
    assert_true(text_is(answer_header(&a, "Content-Security-Policy"), "default-src 'self'"));
}

static void fields_that_are_wrong_are_named(void **state)
{
    struct house *h = *state;
    expect(h, "GET", "/items/x?count=0", "", "", 400, "\"field\":\"count\"");
    expect(h, "GET", "/items/x?count=100", "", "", 200, NULL);
    expect(h, "GET", "/items/x?count=101", "", "", 400, "1 to 100");
    expect(h, "GET", "/items/x?count=1.5", "", "", 400, "whole number");
    expect(h, "GET", "/items/x?state=lost", "", "", 400, "open, kept");
    expect(h, "GET", "/items/x?since=yesterday", "", "", 400, "RFC 3339");
    expect(h, "GET", "/items/x?colour=red", "", "", 400, "no field colour");
    expect(h, "GET", "/items/x?count=1&count=2", "", "", 400, "given twice");
    expect(h, "GET", "/items/%00", "", "", 400, "not well-formed");
    expect(h, "GET", "/items/%ff", "", "", 400, "not well-formed");
    expect(h, "GET", "/items/%zz", "", "", 400, "not well-formed");
    expect(h, "GET", "/items/%1f", "", "", 400, "control character");
    expect(h, "GET", "/items/x?state=%C3%28", "", "", 400, "not well-formed");
}

static void a_browser_at_a_wrong_address_gets_a_page(void **state)
{
    struct house *h = *state;
    const char *browser = "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\n";
    struct answer a CLEANUP(answer_release) = ask(h->port, "GET", "/nothing", browser, TEXT(""));
    assert_int_equal(a.status, 404);
    assert_true(text_is(answer_header(&a, "Content-Type"), "text/html; charset=utf-8"));
    assert_non_null(strstr(a.body.ptr, "<p>There is nothing at this address.</p>"));
    assert_non_null(strstr(a.body.ptr, "<link rel=\"stylesheet\" href=\"/asset/page.css\">"));
    expect(h, "GET", "/api/v1/nothing", browser, "", 404, "\"type\":\"/problems/not-found\"");
}

static void path_tricks_lead_nowhere(void **state)
{
    struct house *h = *state;
    expect(h, "GET", "/nothing", "", "", 404, "\"type\":\"/problems/not-found\"");
    expect(h, "GET", "/items//first", "", "", 404, NULL);
    expect(h, "GET", "//hello", "", "", 404, NULL);
    expect(h, "GET", "/hello/", "", "", 404, NULL);
    expect(h, "GET", "/hello/../hello", "", "", 404, NULL);
    expect(h, "GET", "/%2e%2e/hello", "", "", 404, NULL);
    expect(h, "GET", "hello", "", "", 400, "begin with /");
    char path[2300];
    memset(path, 'a', sizeof(path));
    memcpy(path, "/items/", 7);
    path[2049] = '\0';
    expect(h, "GET", path, "", "", 414, "longer than 2048");
    path[2048] = '\0'; /* just within: then the field's own bound speaks */
    expect(h, "GET", path, "", "", 400, "1 to 64");
}

static void methods_are_refused_with_those_there_are(void **state)
{
    struct house *h = *state;
    struct answer a CLEANUP(answer_release) = ask(h->port, "DELETE", "/items", TOKEN, TEXT(""));
    assert_int_equal(a.status, 405);
    assert_true(text_is(answer_header(&a, "Allow"), "POST, PUT, OPTIONS"));
    struct answer b CLEANUP(answer_release) = ask(h->port, "OPTIONS", "/hello", "", TEXT(""));
    assert_int_equal(b.status, 204);
    assert_true(text_is(answer_header(&b, "Allow"), "GET, HEAD, OPTIONS"));
    struct answer c CLEANUP(answer_release) = ask(h->port, "HEAD", "/hello", "", TEXT(""));
    assert_int_equal(c.status, 200);
    assert_true(text_is(answer_header(&c, "Content-Length"), "5"));
    assert_int_equal(c.body.len, 0);
    expect(h, "BREW", "/hello", "", "", 501, NULL);
}

static void who_asks_is_checked(void **state)
{
    struct house *h = *state;
    const char *body = "{\"name\":\"x\"}";
    struct answer a CLEANUP(answer_release) = ask(h->port, "POST", "/items", JSON, text_of(body));
    assert_int_equal(a.status, 401);
    assert_true(text_is(answer_header(&a, "WWW-Authenticate"), "Bearer"));
    expect(h, "POST", "/items", JSON "Authorization: Bearer bad\r\n", body, 401, "not known");
    expect(h, "POST", "/items", JSON "Authorization: Bearer reader\r\n", body, 403, "item:write");
    expect(h, "POST", "/items", JSON TOKEN, body, 201, NULL);
    expect(h, "GET", "/hello", "Authorization: Bearer bad\r\n", "", 200, "hello");
}

static void a_cookie_changes_things_only_from_our_own_pages(void **state)
{
    struct house *h = *state;
    const char *body = "{\"name\":\"x\"}";
    expect(h, "POST", "/items", JSON "Cookie: a=b; session=good\r\n", body, 403, "did not come");
    expect(h, "POST", "/items", JSON "Cookie: session=good\r\nOrigin: http://evil.example\r\n",
           body, 403, NULL);
    expect(h, "POST", "/items", JSON "Cookie: session=good\r\nOrigin: http://localhost\r\n", body,
           201, NULL);
}

static void too_many_requests_are_told_when_to_come_back(void **state)
{
    struct house *h = *state;
    struct answer a CLEANUP(answer_release) =
        ask(h->port, "GET", "/hello", "X-Flood: 1\r\n", TEXT(""));
    assert_int_equal(a.status, 429);
    assert_true(text_is(answer_header(&a, "Retry-After"), "17"));
}

static void versions_are_compared(void **state)
{
    struct house *h = *state;
    expect(h, "PUT", "/items", TOKEN, "", 428, "If-Match");
    expect(h, "PUT", "/items", TOKEN "If-Match: \"6\"\r\n", "", 412, "changed meanwhile");
    expect(h, "PUT", "/items", TOKEN "If-Match: \"6\", \"7\"\r\n", "", 204, NULL);
    expect(h, "GET", "/hello", "If-None-Match: \"7\"\r\n", "", 304, NULL);
    expect(h, "GET", "/hello", "If-None-Match: \"8\"\r\n", "", 200, "hello");
}

static bool says(const struct answer *a, const char *words)
{
    return a->body.ptr && strstr(a->body.ptr, words);
}

static void errors_of_handlers_become_problems(void **state)
{
    struct house *h = *state;
    struct answer a CLEANUP(answer_release) =
        ask(h->port, "POST", "/items", TOKEN JSON, TEXT("{\"name\":\"full\"}"));
    assert_int_equal(a.status, 507);
    assert_true(text_is(answer_header(&a, "Content-Type"), "application/problem+json"));
    assert_true(text_is(answer_header(&a, "Retry-After"), "10"));
    assert_true(says(&a, "The disk is full."));
    struct answer page CLEANUP(answer_release) = ask(h->port, "GET", "/page", "", TEXT(""));
    assert_int_equal(page.status, 404);
    assert_true(says(&page, "No &lt;b&gt;page&lt;/b&gt; here."));
    assert_true(
        text_starts(answer_header(&page, "Content-Security-Policy"), TEXT("default-src 'none'")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(fields_of_path_and_query_are_decoded_and_typed),
        TEST(a_route_may_take_the_rest_of_a_path_and_any_query),
        TEST(fields_that_are_wrong_are_named),
        TEST(a_browser_at_a_wrong_address_gets_a_page),
        TEST(path_tricks_lead_nowhere),
        TEST(methods_are_refused_with_those_there_are),
        TEST(who_asks_is_checked),
        TEST(a_cookie_changes_things_only_from_our_own_pages),
        TEST(too_many_requests_are_told_when_to_come_back),
        TEST(versions_are_compared),
        TEST(errors_of_handlers_become_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
