package dev.evertoken.spi.operations;

import dev.evertoken.model.Failures;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Origin;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A stored record without its secrets. Immutable. */
public final class RecordView {

    private final TokenRecord record;

    private RecordView(TokenRecord record) {
        this.record = record;
    }

    /** Returns the view of a record. */
    public static RecordView of(TokenRecord record) {
        return new RecordView(record);
    }

    /** Returns the account. */
    public TokenKey key() {
        return record.key();
    }

    /** Returns the application, environment and client that wrote the record. */
    public Origin origin() {
        return record.origin();
    }

    /** Returns the random id of the write, which {@link TokenOperations#clear} compares. */
    public long revision() {
        return record.revision();
    }

    /** Returns the consent that the tokens come from. */
    public Grant grant() {
        return record.grant();
    }

    /** Returns the number of the token set within the grant, starting at 1. */
    public long generation() {
        return record.generation();
    }

    /** Returns the provider's id of the user, where it is known. */
    public Optional<String> subject() {
        return record.subject();
    }

    /** Returns the scopes that were requested at consent. */
    public Set<String> requestedScopes() {
        return record.requestedScopes();
    }

    /** Returns the scopes that the provider granted. */
    public Set<String> grantedScopes() {
        return record.grantedScopes();
    }

    /** Returns how the grant is refreshed. */
    public RefreshModel refreshModel() {
        return record.refreshModel();
    }

    /**
     * Returns a keyed fingerprint of the refresh token, where there is one: two records with equal fingerprints share one
     * grant.
     */
    public Optional<String> refreshTokenFingerprint() {
        return record.refreshTokenFingerprint();
    }

    /** Returns when the tokens were issued, expire and are due for refresh. */
    public Lifetime lifetime() {
        return record.lifetime();
    }

    /** Returns the state, the problem and the time of the last change of state. */
    public Health health() {
        return record.health();
    }

    /** Returns the claim of the process that refreshes the account now. */
    public Optional<Claim> claim() {
        return record.claim();
    }

    /** Returns how many calls of this generation may have reached a rotating provider without a known outcome. */
    public int uncertain() {
        return record.uncertain();
    }

    /** Returns the failures since the last success. */
    public Failures failures() {
        return record.failures();
    }

    /**
     * Returns when the account is due for a background refresh; empty if a refresh cannot help it. See {@link
     * TokenRecord#dueAt}.
     */
    public Optional<Instant> dueAt() {
        return record.dueAt();
    }

    /**
     * Returns when the connection ends even if it is refreshed, so that only the user can restore it; empty if that is
     * not known. A provider may move the end with each refresh.
     */
    public Optional<Instant> endsAt() {
        return record.endsAt();
    }

    /** Returns the times of events that happen once, by the name of the event. Unmodifiable. */
    public Map<String, Instant> marks() {
        return record.marks();
    }

    /** Returns the account whose token this one was derived from, such as the user of a page. */
    public Optional<TokenKey> parent() {
        return record.parent();
    }

    /** Returns the id of the key that seals the secrets; empty if they are stored in clear text. */
    public Optional<String> keyId() {
        return record.secrets() instanceof SecretPart.Envelope envelope
                ? Optional.of(envelope.keyId())
                : Optional.empty();
    }

    /** Returns when the record was written, by the clock of its writer. */
    public Instant updatedAt() {
        return record.updatedAt();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecordView view && record.equals(view.record);
    }

    @Override
    public int hashCode() {
        return record.hashCode();
    }

    /** Returns the account, the state, the grant's generation and the revision. */
    @Override
    public String toString() {
        return "RecordView[" + key() + ", " + health().state() + ", generation " + generation() + ", revision "
                + revision() + "]";
    }
}
