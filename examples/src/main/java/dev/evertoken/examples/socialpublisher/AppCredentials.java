package dev.evertoken.examples.socialpublisher;

/**
 * The credentials of the application, without a user, at a platform. On none of the five can they publish for a user; at
 * two of them they obtain a token that shows whether the application itself is in order. Immutable.
 *
 * @param grant whether the platform has the client credentials grant
 * @param limit why the credentials cannot publish
 */
record AppCredentials(boolean grant, String limit) {

    /** Returns credentials that obtain a token of the application, which cannot publish. */
    static AppCredentials withoutPosts(String limit) {
        return new AppCredentials(true, limit);
    }

    /** Returns credentials that obtain no token. */
    static AppCredentials none(String limit) {
        return new AppCredentials(false, limit);
    }
}
