package dev.evertoken.examples.socialpublisher;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import okhttp3.Request;

/**
 * An account at X with OAuth 1.0a: requests are signed, and a token is valid until the user removes the app. Thread-safe.
 */
final class XAccount implements Platform {

    private final Api api;
    private final URI base;

    XAccount(Api api, URI base) {
        this.api = api;
        this.base = base;
    }

    @Override
    public String name() {
        return "x";
    }

    @Override
    public String registration() {
        return "x-oauth1";
    }

    @Override
    public AppCredentials appCredentials() {
        return AppCredentials.none("X accepts posts only of a user, never of an app");
    }

    @Override
    public Optional<String> publish(Draft draft) throws IOException {
        Request.Builder post =
                new Request.Builder().url(base + "/2/tweets").post(Api.json(Map.of("text", draft.content())));
        return Json.find(api.send(key(draft.user()), post).body(), "data", "id");
    }
}
