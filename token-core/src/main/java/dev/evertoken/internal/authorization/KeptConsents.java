package dev.evertoken.internal.authorization;

import dev.evertoken.internal.account.Consent;
import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.internal.record.LogLine;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.store.journal.ConsentJournal;
import dev.evertoken.internal.store.journal.ConsentJournal.KeptConsent;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converts unsaved consents to entries of the journal and back. A journal that fails costs durability only. Thread-safe. */
public final class KeptConsents {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);

    private final ConsentJournal journal;
    private final RecordMapper mapper;
    private final ClientRegistry clients;
    private final TokenCache cache;

    public KeptConsents(ConsentJournal journal, RecordMapper mapper, ClientRegistry clients, TokenCache cache) {
        this.journal = journal;
        this.mapper = mapper;
        this.clients = clients;
        this.cache = cache;
    }

    /** Keeps a consent in the journal if there is one that works. */
    Unsaved keep(String round, Cell cell, RegisteredClient registered, Consent consent) {
        return new Unsaved(round, cell, registered, consent, journaled(round, cell.key(), registered, consent));
    }

    private Optional<KeptConsent> journaled(String round, TokenKey key, RegisteredClient registered, Consent consent) {
        if (!journal.isDurable()) {
            return Optional.empty();
        }
        try {
            TokenRecord first = mapper.first(
                    key,
                    registered.client(),
                    consent.grant(),
                    consent.tokens(),
                    consent.requestedScopes(),
                    consent.subject(),
                    consent.descent());
            return Optional.of(journal.keep(round, consent.over().name(), first));
        } catch (RuntimeException e) {
            log.error("{}: the journal failed; a new consent is only in memory until it is saved", key, e);
            return Optional.empty();
        }
    }

    /**
     * Takes over the consents that earlier processes have left in the journal. Those of other applications stay there,
     * but not beyond the time for which a consent is kept.
     *
     * @param oldest the time before which consents are no longer kept
     */
    List<Unsaved> left(Instant oldest) {
        try {
            List<Unsaved> taken = new ArrayList<>();
            for (KeptConsent entry : journal.unattended()) {
                Optional<Unsaved> mine = taken(entry, oldest);
                if (mine.isPresent()) {
                    taken.add(mine.get());
                }
            }
            return Collections.unmodifiableList(taken);
        } catch (TokenException e) {
            log.warn("the journal cannot be read, so unsaved consents are unknown: {}", LogLine.reason(e));
            return List.of();
        }
    }

    private Optional<Unsaved> taken(KeptConsent entry, Instant oldest) {
        Optional<Unsaved> mine = unsaved(entry);
        if (mine.isEmpty() && entry.first().grant().consentedAt().isBefore(oldest)) {
            journal.delete(entry);
        }
        return mine.flatMap(unsaved -> journal.takeOver(entry).map(unsaved::in));
    }

    private Optional<Unsaved> unsaved(KeptConsent entry) {
        TokenRecord first = entry.first();
        if (mapper.ownership().otherApplication(first).isPresent()) {
            return Optional.empty();
        }
        try {
            Consent consent = new Consent(
                    first.grant(),
                    mapper.tokens(first),
                    first.requestedScopes(),
                    first.subject(),
                    Consent.Over.valueOf(entry.over()),
                    new GrantSource(first.refreshModel(), first.parent()));
            return Optional.of(new Unsaved(
                    entry.round(), cache.cell(first.key()), clients.of(first.key()), consent, Optional.of(entry)));
        } catch (TokenException | IllegalArgumentException e) {
            log.warn("{}: an unsaved consent in the journal cannot be used here: {}", first.key(), LogLine.reason(e));
            return Optional.empty();
        }
    }

    /** Returns false if another process of this host has deleted the consent, because it disconnected the account. */
    boolean holds(Unsaved unsaved) {
        return unsaved.entry().isEmpty() || journal.holds(unsaved.entry().get());
    }

    /** Deletes a consent from the journal. */
    void drop(Unsaved unsaved) {
        unsaved.entry().ifPresent(journal::delete);
    }

    /** Deletes the consents of an account from the journal. */
    void dropAll(TokenKey key) {
        journal.deleteAll(
                key, first -> mapper.ownership().otherApplication(first).isEmpty());
    }
}
