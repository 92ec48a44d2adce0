package dev.evertoken.imports;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.util.Optional;

/**
 * An account in a token file. Immutable.
 *
 * @param name the name of the account in a file with several accounts, such as the name of an rclone remote; empty for
 *     a file with one account
 * @param tokens the tokens, to be passed to {@code Tokens.connect}
 * @param user the provider's user that the file names, such as an email address or the id of an athlete
 * @param clientId the client that the tokens were issued to. No other client can refresh them
 * @param clientSecret the secret of that client
 */
public record ImportedAccount(
        Optional<String> name,
        TokenSet tokens,
        Optional<String> user,
        Optional<String> clientId,
        Optional<Secret> clientSecret) {

    static ImportedAccount of(TokenSet tokens) {
        return new ImportedAccount(Optional.empty(), tokens, Optional.empty(), Optional.empty(), Optional.empty());
    }

    ImportedAccount named(String accountName) {
        return new ImportedAccount(Optional.of(accountName), tokens, user, clientId, clientSecret);
    }

    ImportedAccount ofUser(Optional<String> id) {
        return new ImportedAccount(name, tokens, id, clientId, clientSecret);
    }

    ImportedAccount ofClient(Optional<String> id, Optional<Secret> secret) {
        return new ImportedAccount(name, tokens, user, id, secret);
    }
}
