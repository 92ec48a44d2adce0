package dev.evertoken.benchmarks.coldstart;

import dev.evertoken.Tokens;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.Endpoints;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;

/** The first token by Evertoken. Arguments: the token endpoint, and the location of the store. */
final class EvertokenStart {

    static final TokenKey KEY = TokenKey.of("google", "user-42");

    private EvertokenStart() {}

    public static void main(String[] args) throws IOException {
        Tokens tokens = tokens(URI.create(args[0]), args[1]);
        if (args[1].equals("memory:")) {
            tokens.connect(KEY, expired());
        }
        FirstToken.report(tokens.accessToken(KEY).value().reveal());
    }

    static Tokens tokens(URI endpoint, String store) {
        return Tokens.builder()
                .namespace("cold-start")
                .store(store)
                .client(
                        "google",
                        ClientRegistration.builder(FirstToken.CLIENT_ID)
                                .clientSecret(FirstToken.CLIENT_SECRET)
                                .build())
                .endpoints("google", Endpoints.token(endpoint))
                .build();
    }

    /** Returns the tokens of a consent two hours ago; the access token was valid for one hour. */
    static TokenSet expired() {
        Instant issued = Instant.now().minusSeconds(7200);
        return TokenSet.builder("expired-access-token")
                .refreshToken(FirstToken.REFRESH_TOKEN)
                .issuedAt(issued)
                .expiresAt(issued.plusSeconds(3600))
                .build();
    }
}
