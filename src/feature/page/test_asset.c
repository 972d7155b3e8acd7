#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feature/page/asset.h"

static const char bytes[] = "plain gzip brotli";
static const struct asset script = {
    "a.js", "/asset/a.js", "text/javascript", false, {{bytes, NULL}, {bytes, NULL}, {bytes, NULL}}};
static const struct asset letters = {
    "a.woff2", "/asset/a.woff2", "font/woff2", false, {{bytes, NULL}}};

static enum asset_coding coding(const char *accepted)
{
    return asset_coding(&script, text_of(accepted));
}

static void a_browser_gets_the_smallest_form_that_it_reads(void **state)
{
    (void)state;
    assert_int_equal(coding("gzip, deflate, br, zstd"), ASSET_BROTLI);
    assert_int_equal(coding("gzip, deflate"), ASSET_GZIP);
    assert_int_equal(coding("GZIP;q=0.5 , x"), ASSET_GZIP);
    assert_int_equal(coding("br ; q=0, gzip"), ASSET_GZIP);
    assert_int_equal(coding("br;q=0.000,gzip;q=0"), ASSET_PLAIN);
    assert_int_equal(coding("brotli, gzipped"), ASSET_PLAIN);
    assert_int_equal(coding(""), ASSET_PLAIN);
    assert_int_equal(coding(",,"), ASSET_PLAIN);
}

static void what_is_not_compressed_is_sent_plain(void **state)
{
    (void)state;
    assert_int_equal(asset_coding(&letters, TEXT("gzip, br")), ASSET_PLAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_browser_gets_the_smallest_form_that_it_reads),
        cmocka_unit_test(what_is_not_compressed_is_sent_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
