package dev.evertoken.benchmarks.comparison.peers;

import com.google.api.client.auth.oauth2.BearerToken;
import com.google.api.client.auth.oauth2.ClientParametersAuthentication;
import com.google.api.client.auth.oauth2.Credential;
import com.google.api.client.auth.oauth2.CredentialRefreshListener;
import com.google.api.client.auth.oauth2.TokenErrorResponse;
import com.google.api.client.auth.oauth2.TokenResponse;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import dev.evertoken.benchmarks.comparison.Client;
import dev.evertoken.benchmarks.comparison.Library;
import dev.evertoken.benchmarks.comparison.Scene;
import java.io.IOException;
import java.time.Duration;

/** google-oauth-client, whose {@code Credential} an application asks as its interceptor does. */
public final class GoogleOAuth implements Library {

    private static final Duration MARGIN = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "google-oauth-client";
    }

    @Override
    public Duration window() {
        return MARGIN.dividedBy(2);
    }

    @Override
    public Client open(Scene scene) {
        Credential credential = new Credential.Builder(BearerToken.authorizationHeaderAccessMethod())
                .setTransport(new NetHttpTransport())
                .setJsonFactory(GsonFactory.getDefaultInstance())
                .setTokenServerUrl(new GenericUrl(scene.endpoint()))
                .setClientAuthentication(new ClientParametersAuthentication(Scene.CLIENT_ID, Scene.CLIENT_SECRET))
                .addRefreshListener(new Saving(scene))
                .build();
        credential.setAccessToken(scene.accessToken());
        credential.setRefreshToken(scene.refreshToken());
        credential.setExpiresInSeconds(scene.left().toSeconds());
        return new Open(credential);
    }

    private record Saving(Scene scene) implements CredentialRefreshListener {
        @Override
        public void onTokenResponse(Credential credential, TokenResponse response) {
            scene.store().save();
        }

        @Override
        public void onTokenErrorResponse(Credential credential, TokenErrorResponse response) {
            scene.store().save();
        }
    }

    private record Open(Credential credential) implements Client {
        @Override
        public String token() throws IOException {
            Long left = credential.getExpiresInSeconds();
            if (credential.getAccessToken() == null || (left != null && left <= MARGIN.toSeconds())) {
                boolean refreshed = credential.refreshToken();
                if (!refreshed && credential.getAccessToken() == null) {
                    throw new IOException("no access token");
                }
            }
            return credential.getAccessToken();
        }

        @Override
        public String replace(String rejected) throws IOException {
            String current = credential.getAccessToken(); // as its handler of a response with status 401 does
            if (rejected.equals(current) && !credential.refreshToken()) {
                throw new IOException("the refresh failed");
            }
            return credential.getAccessToken();
        }

        @Override
        public String printed() {
            return credential.toString();
        }

        @Override
        public double secondsLeft() {
            return credential.getExpiresInSeconds();
        }
    }
}
