package dev.evertoken.providers;

import dev.evertoken.providers.internal.meta.GraphSettings;
import dev.evertoken.providers.internal.meta.MetaGraph;
import dev.evertoken.providers.internal.oauth2.ProviderParts;
import dev.evertoken.spi.provider.ResourceDialect;

/**
 * Facebook: the Graph API for users and pages. Registered as {@code facebook}.
 *
 * <p>There is no refresh token: a valid token is exchanged for a new one, and an expired one cannot be replaced. A code
 * yields a token for an hour or two, which is immediately exchanged for one of 60 days. Facebook accepts the exchange
 * of that token but does not always extend its lifetime. In that case the {@linkplain
 * dev.evertoken.model.AccountStatus#reconnectBy() account's status} and {@link dev.evertoken.model.TokenEvent.ExpiresSoon}
 * report the day by which the user has to connect again. Revoking removes everything that the user granted to the
 * application. Secrets are part of request addresses here; none is logged. Immutable.
 */
public final class Facebook extends AssembledProvider {

    private final GraphSettings settings;

    /** Creates the provider with the current version of the Graph API; opens no resources before its first call. */
    public Facebook() {
        this(GraphSettings.DEFAULTS);
    }

    private Facebook(GraphSettings settings) {
        super("facebook");
        this.settings = settings;
    }

    @Override
    ProviderParts parts() {
        return MetaGraph.facebook(settings);
    }

    @Override
    public ResourceDialect resourceDialect() {
        return MetaGraph.resourceDialect();
    }

    /**
     * Returns Facebook with another version of the Graph API, such as {@code v25.0}. A version is available for about
     * two years; Meta then serves the oldest remaining version instead, and one warning is logged. Pass the result to
     * the builder.
     *
     * @throws IllegalArgumentException if the text is not a version
     */
    public Facebook withVersion(String version) {
        return new Facebook(settings.withVersion(version));
    }

    /**
     * Returns Facebook with {@code appsecret_proof} on every API request that carries a token, for an app whose
     * "Require App Secret" setting is on. The library's own calls always carry it. Requires a client with a secret.
     */
    public Facebook withAppSecretProof() {
        return new Facebook(settings.provingSecret());
    }

    /** Returns Facebook for system users whose tokens expire: each exchange requests another 60 days. */
    public Facebook withSystemUsers() {
        return new Facebook(settings.withTokenExpiry());
    }

    /**
     * Returns Facebook with a configuration of Login for Business, which defines the permissions instead of scopes.
     * Register the client without scopes.
     *
     * @param id the id of the configuration, a number
     * @throws IllegalArgumentException if the text is not a number
     */
    public Facebook withLoginConfiguration(String id) {
        return new Facebook(settings.withLoginConfiguration(id));
    }

    @Override
    public String toString() {
        return "Facebook[" + settings.version() + "]";
    }
}
