package dev.evertoken.testing;

import java.util.Map;
import java.util.Optional;

/** The token endpoint of a mock provider: who asks, and what the provider does about it. Thread-safe. */
final class TokenDesk {

    /** A token request, looked at but not acted upon. */
    record Visit(WireRequest request, String grantType, String account, Optional<GrantBook.Presented> presented) {}

    private final Manners manners;
    private final GrantBook book;
    private final CodeBook codes;
    private final ClientProof proof;

    TokenDesk(Manners manners, GrantBook book, CodeBook codes, ClientProof proof) {
        this.manners = manners;
        this.book = book;
        this.codes = codes;
        this.proof = proof;
    }

    Visit look(WireRequest request) {
        Map<String, String> form = request.parameters();
        String grantType = manners.grantType(form);
        Optional<GrantBook.Presented> presented =
                Optional.ofNullable(form.get("refresh_token")).flatMap(book::presented);
        String account = presented
                .map(GrantBook.Presented::account)
                .or(() -> Optional.ofNullable(form.get("code"))
                        .flatMap(codes::look)
                        .map(CodeBook.Ticket::account))
                .or(() -> manners.traded(form).map(book::accountOf))
                .orElse(Ledger.UNKNOWN);
        return new Visit(request, grantType, account, presented);
    }

    Reply act(Visit visit) {
        return manners.refusal(visit.grantType(), visit.request(), proof)
                .or(() -> incomplete(visit.request()))
                .orElseGet(() -> switch (visit.grantType()) {
                    case "refresh_token" -> refresh(visit.request().parameters());
                    case "authorization_code" -> exchange(visit.request().parameters());
                    case "client_credentials" -> appToken();
                    case "" -> manners.missing("grant_type");
                    default ->
                        manners.otherGrant(visit.grantType(), visit.request().parameters(), book)
                                .orElseGet(manners::unsupportedGrantType);
                });
    }

    private Optional<Reply> incomplete(WireRequest request) {
        return manners.requiredFields().stream()
                .filter(field -> !request.parameters().containsKey(field))
                .findFirst()
                .map(manners::missing);
    }

    private Reply refresh(Map<String, String> form) {
        String token = form.get("refresh_token");
        if (token == null) {
            return manners.missing("refresh_token");
        }
        return book.refresh(token)
                .map(issue -> manners.tokens(issue, book.now(), false))
                .orElseGet(manners::deadRefreshToken);
    }

    private Reply appToken() {
        return manners.givesAppTokens()
                ? manners.appToken(
                        book.consent(Ledger.APPLICATION, manners.usualScopes(), false, manners.appTokenLifetime()),
                        book.now())
                : manners.unsupportedGrantType();
    }

    private Reply exchange(Map<String, String> form) {
        String code = form.get("code");
        if (code == null) {
            return manners.missing("code");
        }
        return codes.redeem(code)
                .filter(ticket -> ticket.fits(form) && book.now().isBefore(ticket.until()))
                .map(this::bought)
                .map(issue -> manners.tokens(issue, book.now(), true))
                .orElseGet(manners::deadCode);
    }

    private GrantBook.Issue bought(CodeBook.Ticket ticket) {
        return manners.firstLifetime()
                .map(life -> book.consent(ticket.account(), ticket.scopes(), ticket.offline(), life))
                .orElseGet(() -> book.consent(ticket.account(), ticket.scopes(), ticket.offline()));
    }
}
