package dev.evertoken.benchmarks.comparison.peers;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.evertoken.benchmarks.comparison.Scene;
import java.io.IOException;
import java.time.Instant;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * A refresh by OkHttp as an application writes it, for libraries that only keep what a supplier returns. It saves the
 * account after each refresh. Thread-safe.
 */
final class BareRefresh {

    /** The result of a refresh. */
    record Issued(String accessToken, Instant expiry) {}

    private final OkHttpClient http = new OkHttpClient();
    private final Scene scene;
    private volatile String refreshToken;
    private volatile boolean opened;

    BareRefresh(Scene scene) {
        this.scene = scene;
        this.refreshToken = scene.refreshToken();
    }

    /** Returns the stored token the first time if it is valid, and the result of a refresh otherwise. */
    Issued next() {
        scene.store().read();
        if (!opened && !scene.left().isNegative()) {
            opened = true;
            return new Issued(scene.accessToken(), Instant.now().plus(scene.left()));
        }
        try {
            return refresh();
        } catch (IOException e) {
            throw new IllegalStateException("the refresh failed", e);
        }
    }

    private Issued refresh() throws IOException {
        Request request = new Request.Builder()
                .url(scene.endpoint().toString())
                .post(new FormBody.Builder()
                        .add("grant_type", "refresh_token")
                        .add("refresh_token", refreshToken)
                        .add("client_id", Scene.CLIENT_ID)
                        .add("client_secret", Scene.CLIENT_SECRET)
                        .build())
                .build();
        try (Response response = http.newCall(request).execute()) {
            if (!response.isSuccessful()) {
                throw new IOException("status " + response.code());
            }
            JsonObject json =
                    JsonParser.parseString(response.body().string()).getAsJsonObject();
            refreshToken = json.get("refresh_token").getAsString();
            scene.store().save();
            return new Issued(
                    json.get("access_token").getAsString(),
                    Instant.now().plusSeconds(json.get("expires_in").getAsLong()));
        }
    }
}
