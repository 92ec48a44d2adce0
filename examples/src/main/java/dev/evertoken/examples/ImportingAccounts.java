package dev.evertoken.examples;

import dev.evertoken.Tokens;
import dev.evertoken.imports.ImportedAccount;
import dev.evertoken.imports.TokenFileFormat;
import dev.evertoken.imports.TokenRows;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Imports accounts of other programs; shown in the guide to imports. Stateless. */
public final class ImportingAccounts {

    private ImportingAccounts() {}

    /** Connects an account of which only the refresh token is known. */
    public static AccountStatus refreshToken(Tokens tokens, String refreshToken) {
        // docs/imports.md alone begin
        TokenKey key = TokenKey.of("google", "calendar");
        AccountStatus status = tokens.connectIfAbsent(key, TokenSet.ofRefreshToken(refreshToken));
        // docs/imports.md alone end
        return status;
    }

    /** Connects the account of a file. */
    public static AccountStatus file(Tokens tokens, Path file) throws IOException {
        // docs/imports.md file begin
        ImportedAccount account =
                TokenFileFormat.GOOGLE_AUTHORIZED_USER.read(file).get(0);
        AccountStatus status = tokens.connectIfAbsent(TokenKey.of("google", "calendar"), account.tokens());
        // docs/imports.md file end
        return status;
    }

    /** Connects all accounts of a file; returns whether all of them are connected. */
    public static boolean all(Tokens tokens, Path file, PrintStream out) throws IOException {
        // docs/imports.md all begin
        Map<TokenKey, TokenSet> accounts = new LinkedHashMap<>();
        for (ImportedAccount account : TokenFileFormat.GOOGLE_STORED_CREDENTIAL.read(file)) {
            accounts.put(TokenKey.of("google", account.name().orElseThrow()), account.tokens());
        }
        List<ConnectResult> results = tokens.connectAll(accounts);
        results.forEach(row -> row.problem().ifPresent(why -> out.println(row.key() + ": " + why.detail())));
        // docs/imports.md all end
        return results.stream().noneMatch(row -> row.problem().isPresent());
    }

    /** Connects the account of a row. */
    public static AccountStatus row(Tokens tokens, Map<String, String> row) {
        // docs/imports.md row begin
        TokenKey key = TokenKey.of("strava", row.getOrDefault("athlete_id", ""));
        AccountStatus status = tokens.connectIfAbsent(key, TokenRows.tokens(row));
        // docs/imports.md row end
        return status;
    }

    /** Connects the accounts of many rows and reports how many of them are done. */
    public static List<ConnectResult> rows(Tokens tokens, Map<TokenKey, TokenSet> rows, PrintStream out) {
        // docs/stores.md begin
        List<ConnectResult> results = tokens.connectAll(rows, step -> out.println(step.done() + " of " + step.total()));
        // docs/stores.md end
        return results;
    }
}
