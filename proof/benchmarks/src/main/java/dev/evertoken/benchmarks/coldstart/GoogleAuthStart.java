package dev.evertoken.benchmarks.coldstart;

import com.google.auth.oauth2.UserCredentials;
import java.io.IOException;
import java.net.URI;

/** The first token by google-auth-library, which stores nothing. Argument: the token endpoint. */
final class GoogleAuthStart {

    private GoogleAuthStart() {}

    public static void main(String[] args) throws IOException {
        UserCredentials credentials = UserCredentials.newBuilder()
                .setClientId(FirstToken.CLIENT_ID)
                .setClientSecret(FirstToken.CLIENT_SECRET)
                .setRefreshToken(FirstToken.REFRESH_TOKEN)
                .setTokenServerUri(URI.create(args[0]))
                .build();
        FirstToken.report(credentials.refreshAccessToken().getTokenValue());
    }
}
