package dev.evertoken.examples;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.net.URI;

/** The two routes of a web application whose users connect an account; shown in the README. Thread-safe. */
public final class ConsentRoutes {

    private static final URI REDIRECT = URI.create("https://app.example/connect/back");

    private final Tokens tokens;

    /** Creates the routes; the caller closes {@code tokens}. */
    public ConsentRoutes(Tokens tokens) {
        this.tokens = tokens;
    }

    // README begin
    /** GET /connect: returns the address to which the user's browser is redirected. */
    public URI connect(String user) {
        return tokens.authorize(TokenKey.of("google", user), REDIRECT).url();
    }

    /** GET /connect/back: {@code address} is the address of the redirect, including the query. */
    public String back(String user, URI address) {
        try {
            AccountStatus status = tokens.completeAuthorization(TokenKey.of("google", user), address);
            return status.missingScopes().isEmpty() ? "connected" : "not granted: " + status.missingScopes();
        } catch (TokenException e) {
            return e.problem().advice(); // denied, expired, forged or for another account; no account was changed
        }
    }
    // README end
}
