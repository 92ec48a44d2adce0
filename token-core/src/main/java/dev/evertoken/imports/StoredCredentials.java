package dev.evertoken.imports;

import dev.evertoken.internal.json.JsonString;
import dev.evertoken.internal.json.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the file of a {@code FileDataStore} of google-http-client with a {@code StoredCredential} of
 * google-oauth-client for each user: a serialized map from user ids to serialized credentials. Stateless.
 */
final class StoredCredentials {

    private static final String CREDENTIAL = "com.google.api.client.auth.oauth2.StoredCredential";
    private static final String MAP = "java.util.HashMap";

    private static final Set<String> IN_FILE = Set.of(MAP, "[B");

    /** A credential has its own lock, which is serialized with it. */
    private static final Set<String> IN_CREDENTIAL = Set.of(
            CREDENTIAL,
            "java.lang.Long",
            "java.lang.Number",
            "java.util.concurrent.locks.ReentrantLock",
            "java.util.concurrent.locks.ReentrantLock$Sync",
            "java.util.concurrent.locks.ReentrantLock$FairSync",
            "java.util.concurrent.locks.ReentrantLock$NonfairSync",
            "java.util.concurrent.locks.AbstractQueuedSynchronizer",
            "java.util.concurrent.locks.AbstractOwnableSynchronizer");

    private StoredCredentials() {}

    static List<ImportedAccount> accounts(TokenFileContent content) {
        List<Object> entries =
                object(content.subject(), content.bytes(), IN_FILE, MAP).written();
        List<ImportedAccount> accounts = new ArrayList<>();
        for (int i = 0; i + 1 < entries.size(); i += 2) {
            if (!(entries.get(i) instanceof String user) || !(entries.get(i + 1) instanceof byte[] serialized)) {
                throw new TokenFileException(content.subject() + " has an entry that is not a user with a credential");
            }
            String subject = content.subject() + ", in the entry of a user,";
            TokenFields fields = fields(subject, object(subject, serialized, IN_CREDENTIAL, CREDENTIAL));
            if (fields.has("access_token") || fields.has("refresh_token")) {
                accounts.add(ImportedAccount.of(fields.tokens()).named(user));
            }
        }
        if (accounts.isEmpty()) {
            throw new TokenFileException(content.subject() + " has no user with tokens");
        }
        return accounts;
    }

    private static SerializedObject object(String subject, byte[] bytes, Set<String> allowed, String type) {
        try {
            SerializedObject object = SerializedStream.read(bytes, allowed);
            if (object.type().equals(type)) {
                return object;
            }
        } catch (IOException e) {
            throw new TokenFileException(subject + " is cut off or is not one of google-http-client");
        }
        throw new TokenFileException(subject + " has an object of another class");
    }

    private static TokenFields fields(String subject, SerializedObject credential) {
        Map<String, JsonValue> values = new LinkedHashMap<>();
        credential
                .field("accessToken", String.class)
                .ifPresent(token -> values.put("access_token", new JsonString(token)));
        credential
                .field("refreshToken", String.class)
                .ifPresent(token -> values.put("refresh_token", new JsonString(token)));
        credential
                .field("expirationTimeMilliseconds", SerializedObject.class)
                .flatMap(time -> time.field("value", Long.class))
                .ifPresent(millis -> values.put("expires_at", new JsonString(Long.toString(millis))));
        return new TokenFields(subject, values);
    }
}
