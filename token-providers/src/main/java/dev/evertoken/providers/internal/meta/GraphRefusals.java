package dev.evertoken.providers.internal.meta;

import static dev.evertoken.providers.internal.oauth2.GraphError.code;
import static dev.evertoken.providers.internal.oauth2.GraphError.says;
import static dev.evertoken.providers.internal.oauth2.GraphError.subcode;

import dev.evertoken.providers.internal.oauth2.TokenError;
import java.util.function.Predicate;

/**
 * The refusals of the Graph APIs whose code has several meanings; only a subcode or the message distinguishes them.
 * Stateless. Thread-safe.
 */
final class GraphRefusals {

    private static final int MISSING_TOKEN = 104;

    private GraphRefusals() {}

    /**
     * Matches a request whose token is valid but of the wrong kind, such as a user's where a page's is required, or
     * that carried no readable token. Uses the codes of an invalid token or of a missing permission too.
     */
    static Predicate<TokenError> needsAnotherToken() {
        return code(210)
                .or(says("This method must be called with a", "Provide valid app ID"))
                .or(says("access token is required to request this resource")
                        .and(code(MISSING_TOKEN).negate()));
    }

    /** Matches a page's token whose user has lost the role on the page; sometimes reported without the subcode. */
    static Predicate<TokenError> lacksPageRole() {
        return code(190).and(subcode(492).or(says("in order to impersonate it")));
    }

    /** Matches a call that Meta allows an application only after a review or with a higher access level. */
    static Predicate<TokenError> needsApproval() {
        return code(270).or(says("must be reviewed and approved", "development access level"));
    }

    /** Matches a server that is not on the application's list of IP addresses. */
    static Predicate<TokenError> isFromUnlistedAddress() {
        return code(5).and(says("make requests for that application"));
    }

    /** Matches a message that was sent too late after the user's last one; no permission changes that. */
    static Predicate<TokenError> isOutsideMessagingWindow() {
        return subcode(2018065).or(says("outside of allowed window", "outside the allowed window"));
    }

    /** Matches data that the provider has switched off for a time, whatever the permissions. */
    static Predicate<TokenError> isSwitchedOff() {
        return says("Access to this data is temporarily disabled");
    }
}
