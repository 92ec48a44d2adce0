package dev.evertoken.examples.socialpublisher;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import okhttp3.FormBody;
import okhttp3.Request;

/**
 * A Facebook page. Its token is an account that is derived from the account of the user who manages the page, so a
 * rejected page token is derived again. Thread-safe.
 */
final class FacebookPage implements Platform {

    private static final String OWNER = "owner-";

    private final Api api;
    private final URI graph;
    private final LookedUp page;

    FacebookPage(Tokens tokens, Api api, URI graph) {
        this.api = api;
        this.graph = graph;
        this.page = new LookedUp(
                tokens,
                key -> tokens.status(key)
                        .subject()
                        .orElseThrow(() -> new InvalidRequestException("no page is connected")));
    }

    @Override
    public String name() {
        return "facebook";
    }

    /** Returns the account of the user who manages the page. */
    static TokenKey owner(long user) {
        return TokenKey.of("facebook", OWNER + user);
    }

    /** Returns the user of an account, which is that of a page or of its owner. */
    static String userOf(TokenKey key) {
        return key.account().startsWith(OWNER) ? key.account().substring(OWNER.length()) : key.account();
    }

    @Override
    public AppCredentials appCredentials() {
        return AppCredentials.withoutPosts("no page accepts posts with an app token");
    }

    @Override
    public Optional<String> publish(Draft draft) throws IOException {
        TokenKey key = key(draft.user());
        FormBody post = new FormBody.Builder().add("message", draft.content()).build();
        return Json.find(
                api.send(
                                key,
                                new Request.Builder()
                                        .url(graph + "/" + page.of(key) + "/feed")
                                        .post(post))
                        .body(),
                "id");
    }
}
