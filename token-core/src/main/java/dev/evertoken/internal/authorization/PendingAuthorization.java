package dev.evertoken.internal.authorization;

import dev.evertoken.internal.values.OrderedSet;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.TemporaryCredentials;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An authorization between its start and its redirect; the content of {@code state}. Immutable.
 *
 * @param id a random id of this authorization
 * @param key the account whose consent is requested
 * @param redirectUri the redirect URI
 * @param codeVerifier the verifier of the proof key, if there is one
 * @param temporary the temporary credentials of the provider, if there are any
 * @param scopes the requested scopes
 * @param mayChangeAccount whether a different user of the provider may be connected
 * @param values the parts of the provider's addresses that depend on the account
 * @param expiresAt the time before which the redirect must arrive
 */
record PendingAuthorization(
        String id,
        TokenKey key,
        URI redirectUri,
        Optional<Secret> codeVerifier,
        Optional<TemporaryCredentials> temporary,
        Set<String> scopes,
        boolean mayChangeAccount,
        Map<String, String> values,
        Instant expiresAt) {

    private static final int FORMAT = 2;
    private static final int FORMAT_WITH_VALUES = 3;

    PendingAuthorization(
            String id,
            TokenKey key,
            URI redirectUri,
            Optional<Secret> codeVerifier,
            Optional<TemporaryCredentials> temporary,
            Set<String> scopes,
            boolean mayChangeAccount,
            Instant expiresAt) {
        this(id, key, redirectUri, codeVerifier, temporary, scopes, mayChangeAccount, Map.of(), expiresAt);
    }

    PendingAuthorization {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        scopes = OrderedSet.copyOf(scopes);
    }

    /** Returns all components as bytes, with the secrets in clear text; the input of {@link StateSealer}. */
    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(values.isEmpty() ? FORMAT : FORMAT_WITH_VALUES);
            out.writeUTF(id);
            out.writeUTF(key.registration());
            out.writeUTF(key.account());
            out.writeUTF(redirectUri.toString());
            out.writeUTF(clear(codeVerifier));
            out.writeUTF(clear(temporary.map(TemporaryCredentials::token)));
            out.writeUTF(clear(temporary.map(TemporaryCredentials::secret)));
            out.writeUTF(String.join(" ", scopes));
            out.writeBoolean(mayChangeAccount);
            out.writeLong(expiresAt.toEpochMilli());
            if (!values.isEmpty()) {
                out.writeInt(values.size());
                for (Map.Entry<String, String> value : values.entrySet()) {
                    out.writeUTF(value.getKey());
                    out.writeUTF(value.getValue());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("this authorization is too large to be sealed", e);
        }
        return bytes.toByteArray();
    }

    /** Parses the output of {@link #bytes}; empty if another version wrote it. */
    static Optional<PendingAuthorization> of(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int format = in.readByte();
            if (format != FORMAT && format != FORMAT_WITH_VALUES) {
                return Optional.empty();
            }
            PendingAuthorization pending = new PendingAuthorization(
                    in.readUTF(),
                    new TokenKey(in.readUTF(), in.readUTF()),
                    URI.create(in.readUTF()),
                    secret(in.readUTF()),
                    temporary(secret(in.readUTF()), secret(in.readUTF())),
                    scopes(in.readUTF()),
                    in.readBoolean(),
                    Instant.ofEpochMilli(in.readLong()));
            return Optional.of(format == FORMAT ? pending : pending.with(values(in)));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // sealed with our key, so written by another version
        }
    }

    private static Map<String, String> values(DataInputStream in) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            values.put(in.readUTF(), in.readUTF());
        }
        return values;
    }

    private PendingAuthorization with(Map<String, String> others) {
        return new PendingAuthorization(
                id, key, redirectUri, codeVerifier, temporary, scopes, mayChangeAccount, others, expiresAt);
    }

    private static String clear(Optional<Secret> secret) {
        return secret.map(Secret::reveal).orElse("");
    }

    private static Optional<Secret> secret(String clear) {
        return clear.isEmpty() ? Optional.empty() : Optional.of(Secret.of(clear));
    }

    private static Optional<TemporaryCredentials> temporary(Optional<Secret> token, Optional<Secret> secret) {
        return token.flatMap(name -> secret.map(value -> new TemporaryCredentials(name, value)));
    }

    private static Set<String> scopes(String joined) {
        return joined.isEmpty() ? Set.of() : new LinkedHashSet<>(List.of(joined.split(" ", -1)));
    }
}
