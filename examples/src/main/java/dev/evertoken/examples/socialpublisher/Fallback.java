package dev.evertoken.examples.socialpublisher;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenException;

/**
 * The last step of the flow: the application's own credentials. They are used only where they can work, and there they
 * show whether the application is in order, so that the user is not sent through consent in vain. Thread-safe.
 */
final class Fallback {

    private final Tokens tokens;

    Fallback(Tokens tokens) {
        this.tokens = tokens;
    }

    /**
     * The result of the fallback. Immutable.
     *
     * @param used whether the credentials were used
     * @param application the state of the application; empty text if they were not used
     * @param limit why nothing was published with them
     */
    record Result(boolean used, String application, String limit) {}

    Result tryAt(Platform platform) {
        AppCredentials credentials = platform.appCredentials();
        if (!credentials.grant()) {
            return new Result(false, "", credentials.limit());
        }
        try {
            AccessToken unused = tokens.clientCredentialsToken(platform.registration());
            return new Result(true, "in order", credentials.limit());
        } catch (TokenException e) {
            return new Result(true, "refused: " + e.problem(), credentials.limit());
        }
    }
}
