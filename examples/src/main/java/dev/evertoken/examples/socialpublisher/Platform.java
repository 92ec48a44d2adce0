package dev.evertoken.examples.socialpublisher;

import dev.evertoken.model.TokenKey;
import java.io.IOException;
import java.util.Optional;

/** One platform, with its request that publishes. Implementations are thread-safe. */
interface Platform {

    /** Returns its name in the routes, for example {@code x}. */
    String name();

    /** Returns the id of its registration, for example {@code x-oauth1}. */
    default String registration() {
        return name();
    }

    /** Returns the account whose token publishes for a user. */
    default TokenKey key(long user) {
        return TokenKey.of(registration(), Long.toString(user));
    }

    /** Returns why a post without a medium cannot be published; empty if it can. */
    default Optional<String> whyMediaIsRequired() {
        return Optional.empty();
    }

    /** Returns the credentials of the application, which are the last resort when a user's token is lost. */
    AppCredentials appCredentials();

    /**
     * Publishes.
     *
     * @return the id of the post; empty if the platform accepted the request but returned none
     * @throws RefusedException if the platform refuses the post
     * @throws InvalidRequestException if the draft cannot be published as it is; nothing was sent
     */
    Optional<String> publish(Draft draft) throws IOException;
}
