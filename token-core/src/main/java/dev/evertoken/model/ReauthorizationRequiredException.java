package dev.evertoken.model;

/** The grant is gone: retrying cannot help, only the person's new consent can. Immutable. */
public final class ReauthorizationRequiredException extends TokenException {

    private static final long serialVersionUID = 1L;

    ReauthorizationRequiredException(Builder from) {
        super(from);
    }
}
