package dev.evertoken.doctor;

/**
 * One finding of a diagnosis, without secrets and without account ids. Immutable.
 *
 * @param code what is wrong, with its remedy and its steps
 * @param subject what it concerns: the label of the account, the registration, the place in the store, or the logger
 * @param detail the case in one sentence, with dates and problems; an empty text if the code says everything
 */
public record Finding(FindingCode code, String subject, String detail) {}
