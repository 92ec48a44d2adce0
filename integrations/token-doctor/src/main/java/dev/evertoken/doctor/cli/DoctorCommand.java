package dev.evertoken.doctor.cli;

import dev.evertoken.doctor.AccountGroup;
import dev.evertoken.doctor.AccountReport;
import dev.evertoken.doctor.DoctorOutput;
import dev.evertoken.doctor.DoctorProgress;
import dev.evertoken.doctor.DoctorSummary;
import dev.evertoken.doctor.FindingCode;
import dev.evertoken.doctor.TokenDoctor;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/** Runs one command line. Used once, by one thread. */
final class DoctorCommand {

    private static final int PROGRESS_EVERY = 10_000;

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    DoctorCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** Returns the exit code. */
    int run(String... line) {
        try {
            Arguments arguments = Arguments.parse(line);
            if (arguments.command().equals("help")) {
                out.print(Arguments.HELP);
                return DoctorSummary.NOTHING_TO_DO;
            }
            return run(arguments);
        } catch (UsageException e) {
            err.println("token-doctor: " + e.getMessage());
        } catch (TokenException | IllegalArgumentException e) {
            err.println("token-doctor: could not look: " + e.getMessage());
        }
        return DoctorSummary.COULD_NOT_LOOK;
    }

    private int run(Arguments arguments) {
        EvertokenProperties properties = EvertokenProperties.read(arguments.config(), environment);
        properties.warnings().forEach(warning -> err.println("token-doctor: " + warning));
        arguments.value("registration").ifPresent(properties::requireClient);
        try (ConfiguredTokens configured = ConfiguredTokens.open(properties, arguments.has("refresh"))) {
            TokenDoctor doctor = TokenDoctor.of(configured.tokens());
            return arguments.key().isPresent()
                    ? clear(doctor, arguments.key().get(), arguments)
                    : check(doctor, arguments);
        }
    }

    private int check(TokenDoctor plain, Arguments arguments) {
        TokenDoctor doctor = plain.progress(this::progress);
        if (arguments.has("online")) {
            doctor = doctor.online();
        }
        if (arguments.has("refresh")) {
            doctor = doctor.refreshing();
        }
        if (arguments.has("probe") || arguments.has("no-probe")) {
            doctor = doctor.writeProbe(arguments.has("probe"));
        }
        if (arguments.has("only-findings")) {
            doctor = doctor.onlyWithFindings();
        }
        if (!arguments.findings().isEmpty()) {
            FindingCode[] codes = arguments.findings().toArray(FindingCode[]::new);
            doctor = doctor.only(codes[0], codes);
        }
        if (arguments.value("registration").isPresent()) {
            doctor = doctor.registration(arguments.value("registration").get());
        }
        if (arguments.value("accounts").isPresent()) {
            doctor = doctor.accountsStartingWith(arguments.value("accounts").get());
        }
        return doctor.examine(output(arguments)).exitCode();
    }

    private DoctorOutput output(Arguments arguments) {
        boolean ids = arguments.has("account-ids");
        if (arguments.has("json")) {
            return ids ? DoctorOutput.jsonWithAccountIds(out) : DoctorOutput.json(out);
        }
        return ids ? DoctorOutput.textWithAccountIds(out) : DoctorOutput.text(out);
    }

    private void progress(DoctorProgress progress) {
        if (progress.examined() % PROGRESS_EVERY == 0) {
            err.println(progress.examined() + " accounts examined, " + progress.withFindings() + " with findings");
            err.flush();
        }
    }

    private int clear(TokenDoctor doctor, TokenKey key, Arguments arguments) {
        Optional<AccountReport> report = doctor.examine(key);
        if (report.isEmpty()) {
            out.println(key + " has no record");
            return DoctorSummary.NOTHING_TO_DO;
        }
        output(arguments).account(report.get());
        AccountGroup group = report.get().group();
        if (group != AccountGroup.POISONED && group != AccountGroup.UNREADABLE) {
            err.println("token-doctor: the record can be used; disconnect the account in the application instead");
            return DoctorSummary.FINDINGS;
        }
        if (!arguments.has("yes")) {
            out.println("Nothing was removed; repeat the command with --yes to remove the record.");
            return DoctorSummary.FINDINGS;
        }
        boolean removed = doctor.clear(key, report.get().revision());
        out.println(removed ? "The record was removed." : "The record has changed meanwhile; nothing was removed.");
        return removed ? DoctorSummary.NOTHING_TO_DO : DoctorSummary.FINDINGS;
    }
}
