package dev.evertoken.imports;

import dev.evertoken.internal.json.JsonString;
import dev.evertoken.internal.json.JsonValue;
import dev.evertoken.model.TokenSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the tokens of rclone. Stateless. */
final class RcloneFiles {

    private static final List<String> ACCESS_TOKEN = List.of("access_token");
    private static final List<String> EXPIRY = List.of("expiry");

    private RcloneFiles() {}

    /** Returns the account of a token. A zero time as the expiry means that the access token does not expire. */
    static ImportedAccount token(TokenFields fields) {
        TokenSet tokens = fields.tokens(ACCESS_TOKEN, EXPIRY);
        boolean isEndless = tokens.refreshToken().isEmpty()
                && fields.text("expiry").isPresent()
                && fields.time("expiry").isEmpty();
        return ImportedAccount.of(isEndless ? tokens.toBuilder().neverExpires().build() : tokens);
    }

    /** Returns the remotes with a token. A remote without one, such as a local folder, is left out. */
    static List<ImportedAccount> remotes(TokenFileContent content) {
        String text = content.text();
        if (text.lines().anyMatch(line -> line.startsWith("RCLONE_ENCRYPT_V"))) {
            throw new TokenFileException(
                    content.subject() + " is encrypted; import the output of \"rclone config show\" instead");
        }
        List<ImportedAccount> accounts = new ArrayList<>();
        sections(content.subject(), text).forEach((remote, settings) -> {
            settings.text("token").ifPresent(json -> accounts.add(remote(content.subject(), remote, settings, json)));
        });
        if (accounts.isEmpty()) {
            throw new TokenFileException(content.subject() + " has no remote with a \"token\"");
        }
        return accounts;
    }

    private static ImportedAccount remote(String subject, String remote, TokenFields settings, String json) {
        TokenFields token = TokenFileContent.fields("the \"token\" of remote \"" + remote + "\" in " + subject, json);
        return token(token).named(remote).ofClient(settings.text("client_id"), settings.secret("client_secret"));
    }

    /** Returns the sections of an INI file: {@code name = value} below {@code [section]}, with comment lines. */
    private static Map<String, TokenFields> sections(String subject, String text) {
        Map<String, Map<String, JsonValue>> sections = new LinkedHashMap<>();
        Map<String, JsonValue> section = new LinkedHashMap<>();
        for (String line : text.lines().map(String::strip).toList()) {
            int equals = line.indexOf('=');
            if (line.startsWith("[") && line.endsWith("]")) {
                section = sections.computeIfAbsent(line.substring(1, line.length() - 1), name -> new LinkedHashMap<>());
            } else if (equals > 0 && !line.startsWith("#") && !line.startsWith(";")) {
                section.put(
                        line.substring(0, equals).strip(),
                        new JsonString(line.substring(equals + 1).strip()));
            }
        }
        Map<String, TokenFields> fields = new LinkedHashMap<>();
        sections.forEach((name, settings) ->
                fields.put(name, new TokenFields("remote \"" + name + "\" in " + subject, settings)));
        return fields;
    }
}
