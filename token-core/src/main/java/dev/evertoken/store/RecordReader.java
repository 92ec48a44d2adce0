package dev.evertoken.store;

import dev.evertoken.model.Claim;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Health;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Origin;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.SecretPart;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import java.util.Optional;

/** Format 1 of a record, the reading half; {@link RecordWriter} is the other. Stateless. */
final class RecordReader {

    private RecordReader() {}

    static TokenRecord read(Members json) throws UnfitException {
        return new TokenRecord(
                key(json),
                new Origin(json.text("namespace"), json.text("environment"), json.text("client")),
                Long.parseLong(json.text("revision")),
                new Grant(json.text("grant"), json.instant("consented_at")),
                json.number("generation"),
                json.optionalText("subject"),
                json.texts("requested_scopes"),
                json.texts("granted_scopes"),
                json.constant(RefreshModel.class, "refresh_model"),
                json.optionalText("refresh_token_fingerprint"),
                lifetime(json.object("lifetime")),
                health(json.object("health")),
                claim(json.optionalObject("claim")),
                json.count("uncertain"),
                failures(json.object("failures")),
                parent(json.optionalObject("parent")),
                secrets(json.object("secrets")),
                json.instant("updated_at"));
    }

    private static TokenKey key(Members json) throws UnfitException {
        return TokenKey.of(json.text("registration"), json.text("account"));
    }

    private static Lifetime lifetime(Members json) throws UnfitException {
        return new Lifetime(
                json.instant("issued_at"),
                json.optionalInstant("expires_at"),
                json.flag("expiry_assumed"),
                json.optionalInstant("refresh_token_expires_at"),
                json.optionalInstant("refresh_at"),
                json.optionalInstant("not_before"));
    }

    private static Health health(Members json) throws UnfitException {
        return new Health(
                json.constant(ConnectionState.class, "state"),
                json.optionalConstant(Problem.class, "problem"),
                json.instant("since"));
    }

    private static Optional<Claim> claim(Optional<Members> claim) throws UnfitException {
        if (claim.isEmpty()) {
            return Optional.empty();
        }
        Members json = claim.get();
        return Optional.of(new Claim(
                json.text("id"),
                json.text("owner"),
                json.duration("duration"),
                json.instant("deadline"),
                json.constant(Claim.Phase.class, "phase")));
    }

    private static Failures failures(Members json) throws UnfitException {
        return new Failures(
                json.count("count"),
                json.optionalConstant(Problem.class, "problem"),
                json.optionalInstant("next_attempt"),
                json.text("detail"));
    }

    private static Optional<TokenKey> parent(Optional<Members> parent) throws UnfitException {
        return parent.isEmpty() ? Optional.empty() : Optional.of(key(parent.get()));
    }

    private static SecretPart secrets(Members json) throws UnfitException {
        Optional<String> keyId = json.optionalText("key_id");
        byte[] bytes = json.bytes("bytes");
        return keyId.isPresent() ? new SecretPart.Envelope(keyId.get(), bytes) : new SecretPart.Clear(bytes);
    }
}
