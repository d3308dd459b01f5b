"""What people read, in their language: messages from gettext catalogs, dates, numbers and lists by Babel."""
