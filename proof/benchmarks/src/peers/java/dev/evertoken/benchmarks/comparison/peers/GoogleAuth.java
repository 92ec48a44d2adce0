package dev.evertoken.benchmarks.comparison.peers;

import com.google.auth.RequestMetadataCallback;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.UserCredentials;
import dev.evertoken.benchmarks.comparison.Client;
import dev.evertoken.benchmarks.comparison.Library;
import dev.evertoken.benchmarks.comparison.Scene;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** google-auth-library. It keeps the refresh token that it was created with, and tells a listener about new tokens. */
public final class GoogleAuth implements Library {

    private static final URI API = URI.create("https://api.example/");
    private static final int PREFIX = "Bearer ".length();

    @Override
    public String name() {
        return "google-auth-library";
    }

    @Override
    public Client open(Scene scene) {
        UserCredentials credentials = UserCredentials.newBuilder()
                .setClientId(Scene.CLIENT_ID)
                .setClientSecret(Scene.CLIENT_SECRET)
                .setRefreshToken(scene.refreshToken())
                .setTokenServerUri(scene.endpoint())
                .setAccessToken(new AccessToken(
                        scene.accessToken(), Date.from(Instant.now().plus(scene.left()))))
                .build();
        credentials.addChangeListener(changed -> scene.store().save());
        return new Open(credentials, scene);
    }

    private record Open(UserCredentials credentials, Scene scene) implements Client {
        @Override
        public String token() throws Exception {
            Executor executor = scene.executor();
            return header(executor == null ? credentials.getRequestMetadata(API) : metadata(executor));
        }

        private Map<String, List<String>> metadata(Executor executor) throws Exception {
            CompletableFuture<Map<String, List<String>>> metadata = new CompletableFuture<>();
            credentials.getRequestMetadata(API, executor, new RequestMetadataCallback() {
                @Override
                public void onSuccess(Map<String, List<String>> headers) {
                    metadata.complete(headers);
                }

                @Override
                public void onFailure(Throwable failure) {
                    metadata.completeExceptionally(failure);
                }
            });
            return metadata.get();
        }

        private static String header(Map<String, List<String>> metadata) {
            return metadata.get("Authorization").get(0).substring(PREFIX);
        }

        @Override
        public String replace(String rejected) throws Exception {
            credentials.refresh();
            return token();
        }

        @Override
        public String printed() {
            return credentials + " " + credentials.getAccessToken();
        }

        @Override
        public double secondsLeft() {
            Instant end = credentials.getAccessToken().getExpirationTime().toInstant();
            return Duration.between(Instant.now(), end).toSeconds();
        }
    }
}
