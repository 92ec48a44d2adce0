package dev.evertoken.spi.operations;

import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.operations.SealedSecrets.Seal;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A diagnosis tool's view of one account, without secrets, see {@link AccountInspector}. Immutable.
 *
 * @param status the status of the account
 * @param record the stored record, or the copy that the status comes from; empty if the record cannot be read
 * @param seal how the secrets are sealed, compared with the key ring of this process
 * @param secretFault {@link Problem#RECORD_UNREADABLE} if the secrets cannot be opened, {@link
 *     Problem#PLACEHOLDER_CREDENTIALS} if a token is a placeholder; empty if there is no such fault, or if the record
 *     belongs to another application
 * @param refreshTokenDigest a digest of the refresh token under the random key of the inspector: two accounts with
 *     equal digests have the same refresh token. Empty if there is none, or if the secrets cannot be opened
 * @param label the registration and a short digest of the account, which can be shown in public, see {@link
 *     AccountInspector}
 */
public record AccountInspection(
        AccountStatus status,
        Optional<RecordView> record,
        Seal seal,
        Optional<Problem> secretFault,
        OptionalLong refreshTokenDigest,
        String label) {

    /** Returns the account. */
    public TokenKey key() {
        return status.key();
    }
}
