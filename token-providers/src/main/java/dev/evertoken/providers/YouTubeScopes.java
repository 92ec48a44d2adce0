package dev.evertoken.providers;

/** The scopes of YouTube's APIs, for {@code ClientRegistration.scopes}. Stateless. Thread-safe. */
public final class YouTubeScopes {

    private static final String PREFIX = "https://www.googleapis.com/auth/";

    /** Full access to the account. */
    public static final String MANAGE = PREFIX + "youtube";

    /** Read-only access. */
    public static final String READ_ONLY = PREFIX + "youtube.readonly";

    /** Uploading and managing videos; without access to the channel's own data. */
    public static final String UPLOAD = PREFIX + "youtube.upload";

    /** The same as {@link #MANAGE}, including comments, ratings and captions, over TLS only. */
    public static final String FORCE_SSL = PREFIX + "youtube.force-ssl";

    /** The channel's current members and when they joined. */
    public static final String MEMBERSHIPS = PREFIX + "youtube.channel-memberships.creator";

    /** A content owner's assets. */
    public static final String PARTNER = PREFIX + "youtubepartner";

    /** The data that a channel shows to a content owner during an audit. */
    public static final String PARTNER_AUDIT = PREFIX + "youtubepartner-channel-audit";

    /** Reports on the channel. */
    public static final String ANALYTICS = PREFIX + "yt-analytics.readonly";

    private YouTubeScopes() {}
}
