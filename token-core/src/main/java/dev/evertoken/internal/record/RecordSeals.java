package dev.evertoken.internal.record;

import dev.evertoken.model.Origin;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.operations.SealedSecrets.Seal;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import java.util.Optional;

/** Compares the keys of stored records with the key ring, and seals records again. Thread-safe. */
public final class RecordSeals {

    private final Sealer sealer;
    private final RecordMapper mapper;

    RecordSeals(Sealer sealer, RecordMapper mapper) {
        this.sealer = sealer;
        this.mapper = mapper;
    }

    /** Returns how the secrets of a record are sealed; opens nothing. */
    public Seal of(TokenRecord record) {
        if (mapper.ownership().otherApplication(record).isPresent()) {
            return Seal.OTHER_APPLICATION;
        }
        if (record.secrets() instanceof SecretPart.Envelope envelope) {
            return sealer.hasKey(envelope.keyId()) ? ofEnvelope(record, envelope) : Seal.UNKNOWN_KEY;
        }
        if (sealer.isKeptClear(record.key())) {
            return Seal.KEPT_CLEAR;
        }
        return sealer.isSealing() ? Seal.CLEAR_TEXT : Seal.CURRENT;
    }

    private Seal ofEnvelope(TokenRecord record, SecretPart.Envelope envelope) {
        boolean current = sealer.isCurrent(envelope)
                && record.refreshTokenFingerprint()
                        .filter(fingerprint -> !sealer.isOfActiveKey(fingerprint))
                        .isEmpty();
        return current ? Seal.CURRENT : Seal.EARLIER;
    }

    /** Returns whether the record names its client by an earlier key, and {@code client} is that client. */
    public boolean namesByEarlierKey(TokenRecord record, Client client) {
        String fingerprint = record.origin().clientFingerprint();
        return !sealer.isOfActiveKey(fingerprint) && mapper.ownership().isOf(fingerprint, client);
    }

    /**
     * Returns the record with its secrets and fingerprints made with the active key. All other parts except the
     * revision are unchanged, including the claim and the times.
     *
     * @param client the client of the record, if it is registered
     * @throws TokenException if the secrets cannot be opened
     */
    public TokenRecord sealedAgain(TokenRecord record, Optional<Client> client) {
        byte[] plain = sealer.open(record.key(), record.grant().id(), record.generation(), record.secrets());
        Origin origin = client.filter(known -> namesByEarlierKey(record, known))
                .map(mapper.ownership()::origin)
                .orElse(record.origin());
        return record.next()
                .origin(origin)
                .refreshTokenFingerprint(record.refreshTokenFingerprint()
                        .flatMap(stored ->
                                mapper.fingerprint(mapper.tokens(record)).or(() -> Optional.of(stored))))
                .secrets(sealer.seal(record.key(), record.grant().id(), record.generation(), plain))
                .build(mapper.newRevision(), record.updatedAt());
    }
}
