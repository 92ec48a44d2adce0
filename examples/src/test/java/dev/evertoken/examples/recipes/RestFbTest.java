package dev.evertoken.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.restfb.DebugHeaderInfo;
import com.restfb.DefaultFacebookClient;
import com.restfb.DefaultJsonMapper;
import com.restfb.FacebookClient;
import com.restfb.FacebookEndpoints;
import com.restfb.Version;
import com.restfb.WebRequestor;
import com.restfb.exception.FacebookOAuthException;
import com.restfb.types.Account;
import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import java.io.IOException;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A FacebookClient of restfb that never holds a token. */
@WithMockProviders
class RestFbTest {

    private final TokenKey key = TokenKey.of("facebook", "user-42");
    private MockProvider facebook;
    private Tokens tokens;

    // docs/recipes.md begin
    /** Sends the requests of restfb with OkHttp, which adds the token of one account. */
    record AccountRequestor(OkHttpClient http, TokenKey key) implements WebRequestor {
        private static final MediaType FORM = MediaType.get("application/x-www-form-urlencoded");

        @Override
        public Response executeGet(Request request) throws IOException {
            return send(new okhttp3.Request.Builder().url(request.getFullUrl()));
        }

        @Override
        public Response executePost(Request request) throws IOException {
            RequestBody form = RequestBody.create(request.getParameters(), FORM);
            return send(new okhttp3.Request.Builder().url(request.getUrl()).post(form));
        }

        @Override
        public Response executeDelete(Request request) throws IOException {
            return send(new okhttp3.Request.Builder().url(request.getFullUrl()).delete());
        }

        private Response send(okhttp3.Request.Builder request) throws IOException {
            try (okhttp3.Response response =
                    http.newCall(request.tag(TokenKey.class, key).build()).execute()) {
                return new Response(response.code(), response.body().string());
            }
        }

        @Override
        public @Nullable DebugHeaderInfo getDebugHeaderInfo() {
            return null;
        }
    }
    // docs/recipes.md end

    @BeforeEach
    void connect(MockProviders providers) {
        facebook = providers.facebook();
        tokens = facebook.configure(Tokens.builder().namespace("crm").store("memory:"))
                .build();
        tokens.connect(key, facebook.consent("user-42"));
    }

    @AfterEach
    void close() {
        tokens.close();
    }

    @Test
    void aClientUsesTheNewestTokenOfTheAccount() {
        FacebookClient client = client();
        List<Account> pages =
                client.fetchConnection("me/accounts", Account.class).getData();

        AccessToken first = tokens.accessToken(key);
        AccessToken second = tokens.replace(key, first);

        assertThat(second).isNotEqualTo(first);
        assertThat(client.fetchConnection("me/accounts", Account.class).getData())
                .isNotEmpty()
                .hasSameSizeAs(pages);
    }

    @Test
    void theErrorOfARevokedTokenReachesTheCaller() {
        facebook.revoke("user-42");

        assertThatThrownBy(() -> client().fetchConnection("me/accounts", Account.class))
                .isInstanceOf(FacebookOAuthException.class);
    }

    private FacebookClient client() {
        // docs/recipes.md begin
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens).requireAccount())
                .build();
        DefaultFacebookClient client = new DefaultFacebookClient(
                null, new AccountRequestor(http, key), new DefaultJsonMapper(), Version.UNVERSIONED);
        // docs/recipes.md end
        String graph =
                facebook.endpoints().address(EndpointKind.API).orElseThrow().toString();
        client.setFacebookEndpointUrls(new FacebookEndpoints() {
            @Override
            public String getGraphEndpoint() {
                return graph;
            }
        });
        return client;
    }
}
