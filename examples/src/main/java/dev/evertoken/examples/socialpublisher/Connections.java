package dev.evertoken.examples.socialpublisher;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Derivable;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.net.URI;
import java.util.List;

/**
 * The consent of users, for example {@code /connect/facebook/2} and the redirect to {@code /connected/facebook}.
 * Thread-safe.
 */
final class Connections {

    private final Tokens tokens;
    private final URI address;

    Connections(Tokens tokens, URI address) {
        this.tokens = tokens;
        this.address = address;
    }

    /** Returns the address of the consent page. */
    URI connect(Platform platform, long user) {
        TokenKey key = isPage(platform) ? FacebookPage.owner(user) : platform.key(user);
        return tokens.authorize(key, redirect(platform)).url();
    }

    private URI redirect(Platform platform) {
        return URI.create(address + "/connected/" + platform.name());
    }

    /**
     * Completes the consent; at Facebook also connects the first page of the user that can publish.
     *
     * @param query the query of the redirect
     */
    Answer connected(Platform platform, String query) {
        try {
            TokenKey key = tokens.completeAuthorization(URI.create(redirect(platform) + "?" + query))
                    .key();
            long user = Long.parseLong(FacebookPage.userOf(key));
            return isPage(platform) ? page(platform, user) : Answer.ok(user, platform);
        } catch (TokenException e) {
            return Answer.invalid(400, e.problem().advice());
        }
    }

    private Answer page(Platform platform, long user) {
        TokenKey owner = FacebookPage.owner(user);
        List<Derivable> pages = tokens.derivable(owner).stream()
                .filter(Derivable::isTokenAvailable)
                .toList();
        if (pages.isEmpty()) {
            return Answer.invalid(400, "there is no page on which this user may publish");
        }
        AccountStatus page =
                tokens.connectDerived(platform.key(user), owner, pages.get(0).id());
        return Answer.ok(user, platform).with("page", page.subject());
    }

    private static boolean isPage(Platform platform) {
        return platform instanceof FacebookPage;
    }
}
