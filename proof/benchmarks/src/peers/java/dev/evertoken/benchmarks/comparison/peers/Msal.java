package dev.evertoken.benchmarks.comparison.peers;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.HttpRequest;
import com.microsoft.aad.msal4j.HttpResponse;
import com.microsoft.aad.msal4j.IAccount;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import com.microsoft.aad.msal4j.IHttpClient;
import com.microsoft.aad.msal4j.IHttpResponse;
import com.microsoft.aad.msal4j.ITokenCacheAccessAspect;
import com.microsoft.aad.msal4j.ITokenCacheAccessContext;
import com.microsoft.aad.msal4j.RefreshTokenParameters;
import com.microsoft.aad.msal4j.SilentParameters;
import dev.evertoken.benchmarks.comparison.Client;
import dev.evertoken.benchmarks.comparison.Library;
import dev.evertoken.benchmarks.comparison.Scene;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** MSAL4J, whose HTTP client sends the requests for Microsoft's endpoint to that of a scene. */
public final class Msal implements Library {

    private static final Set<String> SCOPES = Set.of("https://api.example/read");
    private static final String AUTHORITY =
            "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/";

    @Override
    public String name() {
        return "MSAL4J";
    }

    @Override
    public Duration window() {
        return Duration.ofMinutes(10);
    }

    @Override
    public Client open(Scene scene) throws Exception {
        ConfidentialClientApplication application = ConfidentialClientApplication.builder(
                        Scene.CLIENT_ID, ClientCredentialFactory.createFromSecret(Scene.CLIENT_SECRET))
                .authority(AUTHORITY)
                .instanceDiscovery(false)
                .httpClient(new Redirected(scene))
                .setTokenCacheAccessAspect(new SceneCache(scene))
                .build();
        IAuthenticationResult first = application
                .acquireToken(RefreshTokenParameters.builder(SCOPES, scene.refreshToken())
                        .build())
                .get();
        return new Open(application, application.getAccounts().get().iterator().next(), first);
    }

    private record SceneCache(Scene scene) implements ITokenCacheAccessAspect {
        @Override
        public void beforeCacheAccess(ITokenCacheAccessContext context) {
            scene.store().read();
        }

        @Override
        public void afterCacheAccess(ITokenCacheAccessContext context) {
            if (context.hasCacheChanged()) {
                scene.store().save();
            }
        }
    }

    /** The first response is the stored account; it adds what Microsoft's responses have. */
    private static final class Redirected implements IHttpClient {

        private static final MediaType FORM = MediaType.get("application/x-www-form-urlencoded");

        private static final String CLAIMS = "{\"oid\":\"user-42\",\"sub\":\"user-42\",\"tid\":\"tenant\","
                + "\"preferred_username\":\"user@app.example\"}";

        private final OkHttpClient http = new OkHttpClient();
        private final AtomicBoolean opened = new AtomicBoolean();
        private final Scene scene;

        Redirected(Scene scene) {
            this.scene = scene;
        }

        @Override
        public IHttpResponse send(HttpRequest request) throws IOException {
            if (opened.compareAndSet(false, true)) {
                return response(200, account());
            }
            Request.Builder redirected = new Request.Builder().url(scene.endpoint().toString());
            try (Response response = http.newCall(redirected
                            .post(RequestBody.create(request.body(), FORM))
                            .build())
                    .execute()) {
                return response(
                        response.code(),
                        JsonParser.parseString(response.body().string()).getAsJsonObject());
            }
        }

        private JsonObject account() {
            JsonObject json = new JsonObject();
            json.addProperty("access_token", scene.accessToken());
            json.addProperty("refresh_token", scene.refreshToken());
            json.addProperty("token_type", "Bearer");
            json.addProperty("expires_in", Math.max(1, scene.left().toSeconds()));
            if (scene.left().compareTo(Duration.ofMinutes(15)) < 0) {
                json.addProperty("refresh_in", 1);
            }
            return json;
        }

        private static IHttpResponse response(int status, JsonObject json) {
            String user = "{\"uid\":\"user-42\",\"utid\":\"tenant\"}";
            json.addProperty("client_info", encoded(user));
            json.addProperty("id_token", encoded("{\"alg\":\"none\"}") + "." + encoded(CLAIMS) + ".");
            json.addProperty("scope", String.join(" ", SCOPES));
            return new HttpResponse().statusCode(status).body(json.toString());
        }

        private static String encoded(String text) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private record Open(ConfidentialClientApplication application, IAccount account, IAuthenticationResult first)
            implements Client {
        @Override
        public String token() throws Exception {
            return silent(false).accessToken();
        }

        private IAuthenticationResult silent(boolean force) throws Exception {
            return application
                    .acquireTokenSilently(SilentParameters.builder(SCOPES, account)
                            .forceRefresh(force)
                            .build())
                    .get();
        }

        @Override
        public String replace(String rejected) throws Exception {
            return silent(true).accessToken();
        }

        @Override
        public String printed() {
            return application + " " + account + " " + first;
        }

        @Override
        public double secondsLeft() throws Exception {
            Instant end = silent(false).expiresOnDate().toInstant();
            return Duration.between(Instant.now(), end).toMillis() / 1e3;
        }
    }
}
