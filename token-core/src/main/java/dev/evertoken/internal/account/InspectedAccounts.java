package dev.evertoken.internal.account;

import dev.evertoken.internal.account.AccountStatuses.Found;
import dev.evertoken.internal.record.InspectionDigests;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.model.Placeholder;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.operations.AccountInspection;
import dev.evertoken.spi.operations.AccountInspector;
import dev.evertoken.spi.operations.RecordView;
import dev.evertoken.spi.operations.SealedSecrets.Seal;
import dev.evertoken.spi.store.TokenRecord;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Inspects accounts by their status and by their opened secrets, which leave no call. Thread-safe. */
final class InspectedAccounts implements AccountInspector {

    private final AccountStatuses statuses;
    private final RecordMapper mapper;
    private final InspectionDigests digests;

    InspectedAccounts(AccountStatuses statuses, RecordMapper mapper) {
        this.statuses = statuses;
        this.mapper = mapper;
        this.digests = mapper.inspectionDigests();
    }

    /** The result of opening secrets. Immutable. */
    private record Opened(Optional<Problem> fault, OptionalLong digest) {
        static final Opened UNTOUCHED = new Opened(Optional.empty(), OptionalLong.empty());
    }

    @Override
    public Stream<AccountInspection> all(Predicate<TokenKey> wanted) {
        return statuses.found(wanted).map(this::inspection);
    }

    @Override
    public Optional<AccountInspection> of(TokenKey key) {
        return statuses.find(key).map(this::inspection);
    }

    private AccountInspection inspection(Found found) {
        Optional<TokenRecord> record = found.record();
        Seal seal = record.map(mapper.seals()::of).orElse(Seal.UNREADABLE);
        Opened opened = record.filter(own -> seal != Seal.OTHER_APPLICATION && seal != Seal.UNKNOWN_KEY)
                .map(this::opened)
                .orElse(Opened.UNTOUCHED);
        return new AccountInspection(
                found.status(),
                record.map(RecordView::of),
                seal,
                opened.fault(),
                opened.digest(),
                digests.label(found.status().key()));
    }

    private Opened opened(TokenRecord record) {
        try {
            TokenSet tokens = mapper.tokens(record);
            Optional<Secret> refreshToken = tokens.refreshToken();
            boolean poisoned = Stream.of(tokens.accessToken(), refreshToken)
                    .flatMap(Optional::stream)
                    .anyMatch(token -> Placeholder.reason(token.reveal()).isPresent());
            return new Opened(
                    poisoned ? Optional.of(Problem.PLACEHOLDER_CREDENTIALS) : Optional.empty(),
                    refreshToken.isPresent() ? OptionalLong.of(digests.of(refreshToken.get())) : OptionalLong.empty());
        } catch (TokenException e) {
            return new Opened(Optional.of(e.problem()), OptionalLong.empty());
        }
    }
}
