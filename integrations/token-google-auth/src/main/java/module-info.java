/** Tokens for Google's client libraries. */
@SuppressWarnings("requires-transitive-automatic") // Google's libraries declare their names in their manifests alone.
module dev.evertoken.googleauth {
    requires transitive dev.evertoken.core;
    requires transitive com.google.api.client;
    requires transitive com.google.auth;
    requires transitive com.google.auth.oauth2;
    requires static transitive org.jspecify;

    exports dev.evertoken.googleauth;
}
