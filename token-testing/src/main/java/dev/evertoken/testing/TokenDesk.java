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
        Map<String, String> form = request.form();
        String grantType = form.getOrDefault("grant_type", "");
        Optional<GrantBook.Presented> presented =
                Optional.ofNullable(form.get("refresh_token")).flatMap(book::presented);
        String account = presented
                .map(GrantBook.Presented::account)
                .or(() -> Optional.ofNullable(form.get("code"))
                        .flatMap(codes::look)
                        .map(CodeBook.Ticket::account))
                .orElse(Ledger.UNKNOWN);
        return new Visit(request, grantType, account, presented);
    }

    Reply act(Visit visit) {
        return proof.refusal(visit.request(), manners.tokenAuthentication(), manners)
                .orElseGet(() -> switch (visit.grantType()) {
                    case "refresh_token" -> refresh(visit.request().form());
                    case "authorization_code" -> exchange(visit.request().form());
                    case "client_credentials" -> appToken();
                    case "" -> manners.missing("grant_type");
                    default -> manners.unsupportedGrantType();
                });
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
                ? manners.tokens(book.consent(Ledger.APPLICATION, manners.usualScopes(), false), book.now(), true)
                : manners.unsupportedGrantType();
    }

    private Reply exchange(Map<String, String> form) {
        String code = form.get("code");
        if (code == null) {
            return manners.missing("code");
        }
        return codes.redeem(code)
                .filter(ticket -> ticket.fits(form))
                .map(ticket -> book.consent(ticket.account(), ticket.scopes(), ticket.offline()))
                .map(issue -> manners.tokens(issue, book.now(), true))
                .orElseGet(manners::deadCode);
    }
}
