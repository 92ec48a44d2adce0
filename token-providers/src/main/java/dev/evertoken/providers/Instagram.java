package dev.evertoken.providers;

import dev.evertoken.providers.internal.meta.GraphSettings;
import dev.evertoken.providers.internal.meta.MetaGraph;
import dev.evertoken.providers.internal.oauth2.ProviderParts;
import dev.evertoken.spi.provider.ResourceDialect;

/**
 * Instagram, through the API with Instagram Login or, if created by {@link #throughFacebookLogin}, with Facebook Login.
 * Registered as {@code instagram}.
 *
 * <p>There is no refresh token: a valid token that is at least 24 hours old is exchanged for another 60 days, often
 * with the same string; an expired one cannot be replaced. A code yields a token for an hour, which is exchanged
 * immediately. The client id is that of the Instagram app. There are no revocation and no client credentials tokens.
 * Immutable.
 */
public final class Instagram extends AssembledProvider {

    private final GraphSettings settings;
    private final boolean throughFacebook;

    /** Creates the provider with the current version of the API; opens no resources before its first call. */
    public Instagram() {
        this(GraphSettings.DEFAULTS, false);
    }

    private Instagram(GraphSettings settings, boolean throughFacebook) {
        super("instagram");
        this.settings = settings;
        this.throughFacebook = throughFacebook;
    }

    @Override
    ProviderParts parts() {
        return throughFacebook
                ? MetaGraph.facebook(settings, "instagram_business_account{id,username}")
                : MetaGraph.instagram(settings);
    }

    @Override
    public ResourceDialect resourceDialect() {
        return MetaGraph.resourceDialect();
    }

    /**
     * Returns the Instagram API with Facebook Login, for accounts that are linked to a Facebook page. Consent, tokens,
     * validation and revocation are those of {@link Facebook}, with the id of the Meta app and the permissions that
     * begin with {@code instagram_}. Tokens of one login are not valid for the other. Pass the result to the builder.
     */
    public static Instagram throughFacebookLogin() {
        return new Instagram(GraphSettings.DEFAULTS, true);
    }

    /**
     * Returns the same provider with another version of the API, such as {@code v25.0}. Pass the result to the builder.
     *
     * @throws IllegalArgumentException if the text is not a version
     */
    public Instagram withVersion(String version) {
        return new Instagram(settings.withVersion(version), throughFacebook);
    }

    @Override
    public String toString() {
        return "Instagram[" + settings.version() + (throughFacebook ? " through Facebook Login" : "") + "]";
    }
}
