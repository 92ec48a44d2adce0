package dev.evertoken.providers;

/** What an application can ask of a YouTube channel; for {@code ClientRegistration.scopes}. Stateless. Thread-safe. */
public final class YouTubeScopes {

    private static final String PREFIX = "https://www.googleapis.com/auth/";

    /** All of the account. */
    public static final String MANAGE = PREFIX + "youtube";

    /** Reading alone. */
    public static final String READ_ONLY = PREFIX + "youtube.readonly";

    /** Uploading and managing videos; it does not show which channel it is for. */
    public static final String UPLOAD = PREFIX + "youtube.upload";

    /** As {@link #MANAGE}, comments, ratings and captions included, over TLS alone. */
    public static final String FORCE_SSL = PREFIX + "youtube.force-ssl";

    /** The channel's current members and when they joined. */
    public static final String MEMBERSHIPS = PREFIX + "youtube.channel-memberships.creator";

    /** A content owner's assets. */
    public static final String PARTNER = PREFIX + "youtubepartner";

    /** What a channel shows to a content owner who audits it. */
    public static final String PARTNER_AUDIT = PREFIX + "youtubepartner-channel-audit";

    /** Reports on the channel. */
    public static final String ANALYTICS = PREFIX + "yt-analytics.readonly";

    private YouTubeScopes() {}
}
