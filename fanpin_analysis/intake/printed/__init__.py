"""附件3 as it is printed becomes a row a household."""
