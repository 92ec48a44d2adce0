package dev.evertoken.providers;

import dev.evertoken.providers.internal.meta.GraphSettings;
import dev.evertoken.providers.internal.meta.MetaGraph;

/**
 * Facebook: the Graph API for users and pages. Registered as {@code facebook}.
 *
 * <p>There is no refresh token: a living token is traded for the next one, and an ended one is lost. A code brings a
 * token of an hour or two, which is traded for one of 60 days at once. Trading that one again is accepted but need not
 * prolong it; if it does not, {@link dev.evertoken.model.AccountStatus#reconnectBy()} and {@link
 * dev.evertoken.model.TokenEvent.ExpiresSoon} tell the day on which a person has to connect again. Revoking removes
 * everything that the user granted to the application. Secrets travel in addresses here; none is logged. Immutable.
 */
public final class Facebook extends AssembledProvider {

    private final GraphSettings settings;

    /** Creates the provider with the current version of the Graph API; nothing is opened before its first call. */
    public Facebook() {
        this(GraphSettings.USUAL);
    }

    private Facebook(GraphSettings settings) {
        super("facebook", MetaGraph.facebook(settings));
        this.settings = settings;
    }

    /**
     * Returns Facebook with another version of the Graph API, as {@code v25.0}. A version lives about two years; one that
     * has ended is served by the oldest that is left, of which a warning tells once. Hand it to the builder.
     *
     * @throws IllegalArgumentException if the text is no version
     */
    public Facebook withVersion(String version) {
        return new Facebook(settings.withVersion(version));
    }

    /**
     * Returns Facebook with {@code appsecret_proof} on every API request that carries a token, as an app wants it whose
     * "Require App Secret" is on; the calls of this library carry it anyway. Takes a client with a secret.
     */
    public Facebook withAppSecretProof() {
        return new Facebook(settings.provingSecret());
    }

    /** Returns Facebook for system users whose tokens end: each trade asks for 60 days from then on. */
    public Facebook withSystemUsers() {
        return new Facebook(settings.datingTokens());
    }

    /**
     * Returns Facebook with a configuration of Login for Business, which names the permissions in place of scopes:
     * register the client without any.
     *
     * @param id the configuration's number
     * @throws IllegalArgumentException if the text is no number
     */
    public Facebook withLoginConfiguration(String id) {
        return new Facebook(settings.withLoginConfiguration(id));
    }

    @Override
    public String toString() {
        return "Facebook[" + settings.version() + "]";
    }
}
