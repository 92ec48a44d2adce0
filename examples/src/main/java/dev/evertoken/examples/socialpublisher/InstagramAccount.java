package dev.evertoken.examples.socialpublisher;

import dev.evertoken.model.TokenKey;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import okhttp3.FormBody;
import okhttp3.Request;

/**
 * A professional Instagram account. A post is two requests: a container for the image, and its publication. Thread-safe.
 */
final class InstagramAccount implements Platform {

    private final Api api;
    private final URI graph;

    InstagramAccount(Api api, URI graph) {
        this.api = api;
        this.graph = graph;
    }

    @Override
    public String name() {
        return "instagram";
    }

    @Override
    public Optional<String> whyMediaIsRequired() {
        return Optional.of("media is missing: an Instagram post needs the https address of an image");
    }

    @Override
    public AppCredentials appCredentials() {
        return AppCredentials.none("Instagram has no app-level tokens");
    }

    @Override
    public Optional<String> publish(Draft draft) throws IOException {
        TokenKey key = key(draft.user());
        Optional<String> container =
                post(key, "/me/media", Map.of("image_url", draft.media().orElseThrow(), "caption", draft.content()));
        return container.isEmpty()
                ? Optional.empty()
                : post(key, "/me/media_publish", Map.of("creation_id", container.get()));
    }

    private Optional<String> post(TokenKey key, String path, Map<String, String> fields) throws IOException {
        FormBody.Builder form = new FormBody.Builder();
        fields.forEach(form::add);
        return Json.find(
                api.send(key, new Request.Builder().url(graph + path).post(form.build()))
                        .body(),
                "id");
    }
}
