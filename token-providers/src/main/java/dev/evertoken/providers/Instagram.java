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
 * Instagram, by the API with Instagram Login unless it is made by {@link #throughFacebookLogin}. Registered as {@code
 * instagram}.
 *
 * <p>There is no refresh token: a token that is at least 24 hours old and has not ended is traded for 60 days from then,
 * often as the same string; an ended one is lost for ever. A code brings a token of an hour, which is traded at once.
 * The client id is the Instagram app's. There is no revocation and no token of the application itself. Immutable.
 */
public final class Instagram implements Provider {

    private final GraphSettings settings;
    private final boolean throughFacebook;
    private final MetaGraph graph;

    /** Creates the provider with the current version of the API; nothing is opened before its first call. */
    public Instagram() {
        this(GraphSettings.USUAL, false);
    }

    private Instagram(GraphSettings settings, boolean throughFacebook) {
        this.settings = settings;
        this.throughFacebook = throughFacebook;
        this.graph = throughFacebook
                ? MetaGraph.facebook(settings, "instagram_business_account{id,username}")
                : MetaGraph.instagram(settings);
    }

    /**
     * Returns the Instagram API with Facebook Login, for accounts that belong to a Facebook page: consent, tokens,
     * validation and revocation are those of {@link Facebook}, with the Meta app's id and the permissions that begin with
     * {@code instagram_}. The tokens of the two ways are not interchangeable. Hand it to the builder.
     */
    public static Instagram throughFacebookLogin() {
        return new Instagram(GraphSettings.USUAL, true);
    }

    /**
     * Returns the same with another version of the API, as {@code v25.0}. Hand it to the builder.
     *
     * @throws IllegalArgumentException if the text is no version
     */
    public Instagram withVersion(String version) {
        return new Instagram(settings.withVersion(version), throughFacebook);
    }

    @Override
    public String id() {
        return "instagram";
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
        return "Instagram[" + settings.version() + (throughFacebook ? " through Facebook Login" : "") + "]";
    }
}
