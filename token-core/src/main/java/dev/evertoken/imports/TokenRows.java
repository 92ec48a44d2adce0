package dev.evertoken.imports;

import dev.evertoken.internal.json.JsonString;
import dev.evertoken.internal.json.JsonValue;
import dev.evertoken.model.TokenSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads tokens from plain rows, such as those of a table or of a CSV file. Stateless. Thread-safe.
 *
 * <p>A row must have at least one token. The columns:
 *
 * <table>
 *   <caption>Columns of a row</caption>
 *   <tr><th>Part</th><th>Names</th></tr>
 *   <tr><td>access token</td><td>{@code access_token}, {@code token}</td></tr>
 *   <tr><td>refresh token</td><td>{@code refresh_token}</td></tr>
 *   <tr><td>expiry of the access token</td><td>{@code expires_at}, {@code expiry}, {@code expiry_date}, {@code
 *       token_expires_at}, {@code token_expiry}, {@code expires}</td></tr>
 *   <tr><td>expiry of the refresh token</td><td>{@code refresh_token_expires_at}</td></tr>
 *   <tr><td>scopes, separated by spaces or commas</td><td>{@code scopes}, {@code scope}</td></tr>
 *   <tr><td>token type, {@code Bearer} if there is none</td><td>{@code token_type}</td></tr>
 * </table>
 *
 * <p>Case, underscores, hyphens and spaces in names are ignored, so {@code accessToken} is read too. Other columns are
 * ignored. A time is written in seconds or milliseconds since the epoch, or in ISO 8601, in UTC if it has no offset.
 */
public final class TokenRows {

    private static final String SUBJECT = "the row";

    private static final List<String> ACCESS_TOKEN = List.of("access_token", "token");
    private static final List<String> EXPIRY =
            List.of("expires_at", "expiry", "expiry_date", "token_expires_at", "token_expiry", "expires");

    private static final List<String> OTHERS =
            List.of("refresh_token", "refresh_token_expires_at", "scopes", "scope", "token_type");

    /** The known columns by their names without separators. */
    private static final Map<String, String> COLUMNS = columns();

    private TokenRows() {}

    /**
     * Returns the tokens of a row.
     *
     * <p>An access token without a time of expiry is left out if the row has a refresh token too, because nothing shows
     * whether it is still valid.
     *
     * @param row the values by the names of their columns; null or a blank text is a missing value
     * @throws TokenFileException if the row has no usable tokens, or a value of unknown form
     */
    public static TokenSet tokens(Map<String, ? extends @Nullable String> row) {
        Map<String, JsonValue> values = new LinkedHashMap<>();
        row.forEach((name, value) -> {
            @Nullable String column = COLUMNS.get(plain(name));
            if (column != null && value != null && !value.isBlank()) {
                JsonValue earlier = values.putIfAbsent(column, new JsonString(value));
                if (earlier != null) {
                    throw new TokenFileException(SUBJECT + " has two columns for \"" + column + "\"");
                }
            }
        });
        return new TokenFields(SUBJECT, values).tokens(ACCESS_TOKEN, EXPIRY);
    }

    private static Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        for (List<String> names : List.of(ACCESS_TOKEN, EXPIRY, OTHERS)) {
            for (String name : names) {
                columns.put(plain(name), name);
            }
        }
        return columns;
    }

    private static String plain(String name) {
        return name.replaceAll("[_\\- ]", "").toLowerCase(Locale.ROOT);
    }
}
