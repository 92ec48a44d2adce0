package dev.evertoken.providers;

import dev.evertoken.spi.AppTokens;
import dev.evertoken.spi.AuthorizationFlow;
import dev.evertoken.spi.Derivation;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.RequestSigner;
import dev.evertoken.spi.ResourceDialect;
import dev.evertoken.spi.Revoker;
import dev.evertoken.spi.Validator;
import java.util.Optional;

/**
 * Facebook: the Graph API for users and pages. Registered as {@code facebook}.
 *
 * <p>There is no refresh token: a living token is traded for the next one, and an ended one is lost. A code brings a
 * token of an hour or two, which is traded for one of 60 days at once. Trading that one again is accepted but need not
 * prolong it; if it does not, {@link dev.evertoken.model.Connection#dies()} and {@link
 * dev.evertoken.model.TokenEvent.ExpiresSoon} tell the day on which a person has to connect again. Revoking removes
 * everything that the user granted to the application. Secrets travel in addresses here; none is logged. Immutable.
 */
public final class Facebook implements Provider {

    private final GraphSettings settings;
    private final MetaGraph graph;

    /** Creates the provider with the current version of the Graph API; nothing is opened before its first call. */
    public Facebook() {
        this(GraphSettings.USUAL);
    }

    private Facebook(GraphSettings settings) {
        this.settings = settings;
        this.graph = MetaGraph.facebook(settings);
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
    public String id() {
        return "facebook";
    }

    @Override
    public ProviderProfile profile() {
        return graph.profile();
    }

    @Override
    public Refresher refresher() {
        return graph.refresher();
    }

    @Override
    public ResourceDialect resourceDialect() {
        return MetaResources.DIALECT;
    }

    @Override
    public Optional<AuthorizationFlow> authorizationFlow() {
        return Optional.of(graph.flow());
    }

    @Override
    public Optional<Validator> validator() {
        return Optional.of(graph.validator());
    }

    @Override
    public Optional<Revoker> revoker() {
        return graph.revoker();
    }

    @Override
    public Optional<AppTokens> appTokens() {
        return graph.appTokens();
    }

    @Override
    public Optional<Derivation> derivation() {
        return graph.derivation();
    }

    @Override
    public Optional<RequestSigner> requestSigner() {
        return graph.signer();
    }

    @Override
    public String toString() {
        return "Facebook[" + settings.version() + "]";
    }
}
