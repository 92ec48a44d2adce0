package dev.evertoken.examples.mailwarmup;

import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Does the tasks of all accounts, one account after the other. Thread-safe. */
final class Workers {

    private final EmailAccounts accounts;
    private final GmailApi gmail;
    private final MailProtocols protocols;
    private final Consumer<String> log;

    Workers(EmailAccounts accounts, GmailApi gmail, MailProtocols protocols, Consumer<String> log) {
        this.accounts = accounts;
        this.gmail = gmail;
        this.protocols = protocols;
        this.log = log;
    }

    /**
     * The result of a round. Immutable.
     *
     * @param done the accounts whose tasks were done
     * @param needConsent the accounts that were skipped without a call, because they need a new consent
     * @param failed the accounts that failed for another reason; the next round tries again
     */
    record Round(int done, int needConsent, int failed) {

        @Override
        public String toString() {
            return done + " done, " + needConsent + " need consent, " + failed + " failed";
        }
    }

    private enum Result {
        DONE,
        NEEDS_CONSENT,
        FAILED
    }

    /** Does one round. An account that fails concerns no other. */
    Round round() {
        List<MailAccount> all = accounts.all();
        Map<Result, Integer> counts = new EnumMap<>(Result.class);
        for (int at = 0; at < all.size(); at++) {
            counts.merge(tasks(all.get(at), all.get((at + 1) % all.size())), 1, Integer::sum);
        }
        return new Round(
                counts.getOrDefault(Result.DONE, 0),
                counts.getOrDefault(Result.NEEDS_CONSENT, 0),
                counts.getOrDefault(Result.FAILED, 0));
    }

    private Result tasks(MailAccount account, MailAccount next) {
        try {
            gmail.send(account, next);
            gmail.read(account);
            protocols.send(account, next);
            int unused = protocols.read(account);
            return Result.DONE;
        } catch (TokenException e) {
            return withoutToken(account, e);
        } catch (TokenIOException e) {
            return withoutToken(account, e.reason());
        } catch (IOException | MessagingException e) {
            log.accept(account.email() + " failed: " + e.getMessage());
            return Result.FAILED;
        }
    }

    /** A dead account is logged when it is marked, not in each round. */
    private Result withoutToken(MailAccount account, TokenException why) {
        if (why.remedy() == Remedy.RECONNECT) {
            return Result.NEEDS_CONSENT;
        }
        log.accept(account.email() + " failed: " + why.problem());
        return Result.FAILED;
    }
}
