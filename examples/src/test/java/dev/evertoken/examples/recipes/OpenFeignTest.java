package dev.evertoken.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import feign.Client;
import feign.Feign;
import feign.Request;
import feign.RequestLine;
import feign.RequestTemplate;
import feign.Response;
import feign.Target;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenFeign over OkHttp, with the account in the target. */
@WithMockProviders
class OpenFeignTest {

    private MockProvider google;
    private Tokens tokens;

    // docs/recipes.md begin
    interface Calendars {
        @RequestLine("GET /calendar/v3/users/me/calendarList")
        String list();
    }

    /** The address of an API and the account whose token its requests carry. */
    record AccountTarget<T>(Class<T> type, String url, TokenKey key) implements Target<T> {
        @Override
        public String name() {
            return key.toString();
        }

        @Override
        public Request apply(RequestTemplate template) {
            return template.target(url).request();
        }
    }
    // docs/recipes.md end

    // docs/recipes.md begin
    /** Sends requests with OkHttp; the account of the target becomes the tag. */
    record AccountClient(OkHttpClient http) implements Client {
        @Override
        public Response execute(Request request, Request.Options options) throws IOException {
            AccountTarget<?> target =
                    (AccountTarget<?>) request.requestTemplate().feignTarget();
            okhttp3.Request.Builder sent = new okhttp3.Request.Builder().url(request.url());
            request.headers().forEach((name, values) -> values.forEach(value -> sent.addHeader(name, value)));
            byte[] body = request.body();
            sent.method(request.httpMethod().name(), body == null ? null : RequestBody.create(body))
                    .tag(TokenKey.class, target.key());
            okhttp3.Response response = http.newCall(sent.build()).execute();
            ResponseBody content = response.body();
            Map<String, Collection<String>> headers =
                    new LinkedHashMap<>(response.headers().toMultimap());
            return Response.builder()
                    .request(request)
                    .status(response.code())
                    .headers(headers)
                    .body(content.byteStream(), null)
                    .build();
        }
    }
    // docs/recipes.md end

    @BeforeEach
    void start(MockProviders providers) {
        google = providers.google();
        tokens = google.configure(Tokens.builder().namespace("crm").store("memory:"))
                .build();
    }

    @AfterEach
    void close() {
        tokens.close();
    }

    @Test
    void oneClientServesTheTargetsOfAllAccountsAndRefreshesARejectedToken() {
        TokenKey key = TokenKey.of("google", "user-42");
        TokenKey other = TokenKey.of("google", "user-43");
        tokens.connect(key, google.consent("user-42"));
        tokens.connect(other, google.consent("user-43"));
        google.expire("user-42");
        String api = google.apiUrl().toString();

        // docs/recipes.md begin
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens).requireAccount())
                .build();
        Feign feign = Feign.builder().client(new AccountClient(http)).build();
        Calendars calendars = feign.newInstance(new AccountTarget<>(Calendars.class, api, key));
        String list = calendars.list();
        // docs/recipes.md end

        assertThat(list).contains("user-42");
        assertThat(feign.newInstance(new AccountTarget<>(Calendars.class, api, other))
                        .list())
                .contains("user-43");
        assertThat(google.ledger().tokenRequests("user-42")).isEqualTo(1);
        assertThat(google.ledger().tokenRequests("user-43")).isZero();
    }
}
