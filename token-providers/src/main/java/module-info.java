/** The providers: Google, YouTube, Strava, Facebook, Instagram, LinkedIn, X, and any RFC 6749 server. */
module dev.evertoken.providers {
    requires transitive dev.evertoken.core;
    requires okhttp3;
    requires okio;
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires scribejava.core; // Named after its file: it declares no module name.

    exports dev.evertoken.providers;
    exports dev.evertoken.providers.description;

    provides dev.evertoken.spi.provider.Provider with
            dev.evertoken.providers.Google,
            dev.evertoken.providers.YouTube,
            dev.evertoken.providers.Strava,
            dev.evertoken.providers.Facebook,
            dev.evertoken.providers.Instagram,
            dev.evertoken.providers.LinkedIn,
            dev.evertoken.providers.X,
            dev.evertoken.providers.XOAuth1;
}
