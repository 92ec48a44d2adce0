package dev.evertoken.providers;

import dev.evertoken.providers.internal.meta.GraphSettings;
import dev.evertoken.providers.internal.meta.MetaGraph;

/**
 * Instagram, by the API with Instagram Login unless it is made by {@link #throughFacebookLogin}. Registered as {@code
 * instagram}.
 *
 * <p>There is no refresh token: a token that is at least 24 hours old and has not ended is traded for 60 days from then,
 * often as the same string; an ended one is lost for ever. A code brings a token of an hour, which is traded at once.
 * The client id is the Instagram app's. There is no revocation and no token of the application itself. Immutable.
 */
public final class Instagram extends AssembledProvider {

    private final GraphSettings settings;
    private final boolean throughFacebook;

    /** Creates the provider with the current version of the API; nothing is opened before its first call. */
    public Instagram() {
        this(GraphSettings.USUAL, false);
    }

    private Instagram(GraphSettings settings, boolean throughFacebook) {
        super(
                "instagram",
                throughFacebook
                        ? MetaGraph.facebook(settings, "instagram_business_account{id,username}")
                        : MetaGraph.instagram(settings));
        this.settings = settings;
        this.throughFacebook = throughFacebook;
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
    public String toString() {
        return "Instagram[" + settings.version() + (throughFacebook ? " through Facebook Login" : "") + "]";
    }
}
