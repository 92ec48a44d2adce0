package dev.evertoken.okhttp;

import static dev.evertoken.okhttp.InterceptorFixture.ANNA;
import static dev.evertoken.okhttp.InterceptorFixture.BERT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.testing.MockResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import okhttp3.Cache;
import okhttp3.CacheControl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One HTTP cache and two accounts that read the same address. */
class HttpCacheTest {

    private static final CacheControl ALLOW_STALE =
            new CacheControl.Builder().maxStale(1, TimeUnit.HOURS).build();

    private final InterceptorFixture fixture = new InterceptorFixture();

    @TempDir
    private Path folder;

    private Cache cache;

    @BeforeEach
    void open() {
        cache = new Cache(folder.toFile(), 1024 * 1024);
        fixture.google.onApi(about("anna"), about("bert"));
    }

    @AfterEach
    void close() throws IOException {
        cache.close();
        fixture.close();
    }

    @Test
    @Fault("H13")
    void noAccountReceivesTheResponseOfAnother() throws IOException {
        OkHttpClient http = caching(TokenInterceptor.of(fixture.tokens));

        assertThat(read(http, InterceptorFixture.request(ANNA, fixture.google.apiUrl())))
                .contains("anna");
        assertThat(read(http, InterceptorFixture.request(BERT, fixture.google.apiUrl())))
                .contains("bert");
        assertThat(cache.writeSuccessCount()).isZero();
    }

    @Test
    @Fault("H13")
    void noAccountReceivesTheResponseOfAnotherEvenWithItsOwnCacheControl() throws IOException {
        OkHttpClient http = caching(TokenInterceptor.of(fixture.tokens));

        assertThat(read(
                        http,
                        InterceptorFixture.request(ANNA, fixture.google.apiUrl())
                                .cacheControl(ALLOW_STALE)))
                .contains("anna");
        assertThat(read(
                        http,
                        InterceptorFixture.request(BERT, fixture.google.apiUrl())
                                .cacheControl(ALLOW_STALE)))
                .contains("bert");
        assertThat(cache.writeSuccessCount()).isZero();
    }

    @Test
    @Fault("H13")
    void aClientThatServesOneAccountMayAllowItsCache() throws IOException {
        OkHttpClient http =
                caching(TokenInterceptor.of(fixture.tokens.source(ANNA)).allowHttpCache());

        assertThat(read(http, InterceptorFixture.request(ANNA, fixture.google.apiUrl())))
                .contains("anna");
        assertThat(read(http, InterceptorFixture.request(ANNA, fixture.google.apiUrl())))
                .contains("anna");
        assertThat(cache.hitCount()).isEqualTo(1);
        assertThat(fixture.google.ledger().apiRequests("anna")).isEqualTo(1);
    }

    private OkHttpClient caching(TokenInterceptor interceptor) {
        return fixture.client(builder -> builder.cache(cache).addInterceptor(interceptor));
    }

    private static String read(OkHttpClient http, Request.Builder request) throws IOException {
        try (Response response = http.newCall(request.build()).execute()) {
            return response.body().string();
        }
    }

    private static MockResponse about(String account) {
        return MockResponse.json(200, "{\"account\":\"" + account + "\"}").header("Cache-Control", "max-age=3600");
    }
}
