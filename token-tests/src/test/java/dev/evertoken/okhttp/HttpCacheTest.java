package dev.evertoken.okhttp;

import static dev.evertoken.okhttp.Desk.ANNA;
import static dev.evertoken.okhttp.Desk.BERT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.testing.Answer;
import dev.evertoken.testing.Fault;
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

    private static final CacheControl EAGER =
            new CacheControl.Builder().maxStale(1, TimeUnit.HOURS).build();

    private final Desk desk = new Desk();

    @TempDir
    private Path folder;

    private Cache cache;

    @BeforeEach
    void open() {
        cache = new Cache(folder.toFile(), 1024 * 1024);
        desk.google.onApi(about("anna"), about("bert"));
    }

    @AfterEach
    void close() throws IOException {
        cache.close();
        desk.close();
    }

    @Test
    @Fault("H13")
    void noAccountIsAnsweredWithAnothersResponse() throws IOException {
        OkHttpClient http = caching(TokenInterceptor.of(desk.tokens));

        assertThat(read(http, Desk.request(ANNA, desk.google.apiUrl()))).contains("anna");
        assertThat(read(http, Desk.request(BERT, desk.google.apiUrl()))).contains("bert");
        assertThat(cache.writeSuccessCount()).isZero();
    }

    @Test
    @Fault("H13")
    void notEvenIfTheRequestsHaveCacheControlOfTheirOwn() throws IOException {
        OkHttpClient http = caching(TokenInterceptor.of(desk.tokens));

        assertThat(read(http, Desk.request(ANNA, desk.google.apiUrl()).cacheControl(EAGER)))
                .contains("anna");
        assertThat(read(http, Desk.request(BERT, desk.google.apiUrl()).cacheControl(EAGER)))
                .contains("bert");
        assertThat(cache.writeSuccessCount()).isZero();
    }

    @Test
    @Fault("H13")
    void aClientThatServesOneAccountMayAllowItsCache() throws IOException {
        OkHttpClient http =
                caching(TokenInterceptor.of(desk.tokens.source(ANNA)).allowHttpCache());

        assertThat(read(http, Desk.request(ANNA, desk.google.apiUrl()))).contains("anna");
        assertThat(read(http, Desk.request(ANNA, desk.google.apiUrl()))).contains("anna");
        assertThat(cache.hitCount()).isEqualTo(1);
        assertThat(desk.google.ledger().apiRequests("anna")).isEqualTo(1);
    }

    private OkHttpClient caching(TokenInterceptor interceptor) {
        return desk.client(builder -> builder.cache(cache).addInterceptor(interceptor));
    }

    private static String read(OkHttpClient http, Request.Builder request) throws IOException {
        try (Response answer = http.newCall(request.build()).execute()) {
            return answer.body().string();
        }
    }

    private static Answer about(String account) {
        return Answer.json(200, "{\"account\":\"" + account + "\"}").header("Cache-Control", "max-age=3600");
    }
}
