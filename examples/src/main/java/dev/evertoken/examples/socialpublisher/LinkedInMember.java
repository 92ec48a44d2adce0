package dev.evertoken.examples.socialpublisher;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.Request;

/** A LinkedIn member, who is the author of the posts. Thread-safe. */
final class LinkedInMember implements Platform {

    /** LinkedIn supports a version for about a year. */
    private static final String VERSION = "202607";

    private final Api api;
    private final URI base;
    private final LookedUp author;

    LinkedInMember(Tokens tokens, Api api, URI base) {
        this.api = api;
        this.base = base;
        this.author = new LookedUp(tokens, this::author);
    }

    @Override
    public String name() {
        return "linkedin";
    }

    @Override
    public AppCredentials appCredentials() {
        return AppCredentials.withoutPosts("its token has no member as the author");
    }

    @Override
    public Optional<String> publish(Draft draft) throws IOException {
        TokenKey key = key(draft.user());
        Map<String, Object> post = Map.of(
                "author",
                author.of(key),
                "commentary",
                draft.content(),
                "visibility",
                "PUBLIC",
                "distribution",
                Map.of(
                        "feedDistribution", "MAIN_FEED",
                        "targetEntities", List.of(),
                        "thirdPartyDistributionChannels", List.of()),
                "lifecycleState",
                "PUBLISHED",
                "isReshareDisabledByAuthor",
                false);
        Request.Builder request = new Request.Builder()
                .url(base + "/rest/posts")
                .header("Linkedin-Version", VERSION)
                .header("X-Restli-Protocol-Version", "2.0.0")
                .post(Api.json(post));
        return Optional.ofNullable(api.send(key, request).headers().get("x-restli-id"));
    }

    private String author(TokenKey key) throws IOException {
        return Json.find(
                        api.send(key, new Request.Builder().url(base + "/v2/userinfo"))
                                .body(),
                        "sub")
                .map(sub -> "urn:li:person:" + sub)
                .orElseThrow(() -> new IOException("LinkedIn returned no member id"));
    }
}
