package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.jdkhttp.TokenHttpClient;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import retrofit2.Call;
import retrofit2.Response;
import retrofit2.Retrofit;
import retrofit2.http.GET;
import retrofit2.http.Tag;

/** Each HTTP client of the guide sends the token of an account, and gets a new one when it has expired. */
@WithMockProviders
class HttpClientsTest {

    private final TokenKey key = TokenKey.of("google", "user-42");
    private MockProvider google;
    private Tokens tokens;
    private String api;
    private String calendars;

    @BeforeEach
    void connect(MockProviders providers) {
        google = providers.google();
        tokens = google.configure(Tokens.builder().namespace("crm").store("memory:"))
                .build();
        tokens.connect(key, google.consent("user-42"));
        google.expire("user-42");
        api = google.apiUrl() + "/";
        calendars = api + "calendar/v3/users/me/calendarList";
    }

    @AfterEach
    void refreshedOnce() {
        assertThat(google.ledger().tokenRequests("user-42")).isEqualTo(1);
        tokens.close();
    }

    @Test
    void okHttpServesAllAccountsWithOneClient() throws IOException {
        // docs/http-clients.md begin
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
        Request request =
                new Request.Builder().url(calendars).tag(TokenKey.class, key).build();
        // docs/http-clients.md end
        try (okhttp3.Response response = http.newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
    }

    // docs/http-clients.md begin
    interface Calendars {
        @GET("calendar/v3/users/me/calendarList")
        Call<ResponseBody> list(@Tag TokenKey key);
    }
    // docs/http-clients.md end

    @Test
    void aMethodOfRetrofitHasTheAccountAsATag() throws IOException {
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
        // docs/http-clients.md begin
        Retrofit retrofit = new Retrofit.Builder().baseUrl(api).client(http).build();
        Response<ResponseBody> response =
                retrofit.create(Calendars.class).list(key).execute();
        // docs/http-clients.md end
        assertThat(response.code()).isEqualTo(200);
    }

    @Test
    void aClientOfTheJdkBelongsToOneAccount() throws IOException, InterruptedException {
        // docs/http-clients.md begin
        HttpClient http = TokenHttpClient.of(HttpClient.newHttpClient(), tokens.source(key));
        HttpResponse<String> response =
                http.send(HttpRequest.newBuilder(URI.create(calendars)).build(), BodyHandlers.ofString());
        // docs/http-clients.md end
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void restClientRunsOverTheClientOfTheJdk() {
        // docs/http-clients.md begin
        HttpClient http = TokenHttpClient.of(HttpClient.newHttpClient(), tokens.source(key));
        RestClient rest = RestClient.builder()
                .requestFactory(new JdkClientHttpRequestFactory(http))
                .build();
        String list = rest.get().uri(calendars).retrieve().body(String.class);
        // docs/http-clients.md end
        assertThat(list).isNotEmpty();
    }

    @Test
    void anyOtherClientReplacesTheTokenThatWasRejected() throws IOException {
        // docs/http-clients.md begin
        AccessToken token = tokens.accessToken(key);
        int status = send(token.header());
        if (status == 401) {
            status = send(tokens.replace(key, token).header());
        }
        // docs/http-clients.md end
        assertThat(status).isEqualTo(200);
    }

    private int send(String authorization) throws IOException {
        Request request = new Request.Builder()
                .url(calendars)
                .header("Authorization", authorization)
                .build();
        try (okhttp3.Response response = new OkHttpClient().newCall(request).execute()) {
            return response.code();
        }
    }
}
