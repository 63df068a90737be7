// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessControlUpgradeable} from "@openzeppelin/contracts-upgradeable/access/AccessControlUpgradeable.sol";
import {ERC20Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/ERC20Upgradeable.sol";
import {
    ERC20VotesUpgradeable
} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC20VotesUpgradeable.sol";
import {
    ERC4626Upgradeable
} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC4626Upgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Staked GATA
/// @notice An ERC-4626 vault whose shares vote and cannot be given away, so that a stake can be held to account.
/// Who leaves waits in a queue, where the stake earns nothing and can still be slashed. What the vault holds is
/// counted by itself: tokens sent to it move no price.
contract GataStaking is
    AccessControlUpgradeable,
    ERC4626Upgradeable,
    ERC20VotesUpgradeable,
    UUPSUpgradeable
{
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    /// @notice May ask for a slash: whoever verifies work.
    bytes32 public constant VERIFIER_ROLE = keccak256("VERIFIER_ROLE");

    uint64 public constant SHORTEST_UNBONDING = 1;
    uint64 public constant LONGEST_UNBONDING = 60 days;
    /// @notice A slash that governance does not decide on for this long after it could is void.
    uint64 public constant SLASH_EXPIRY = 30 days;
    /// @notice Bounds the work of a withdrawal and of a slash.
    uint256 public constant LONGEST_QUEUE = 16;
    uint256 public constant MOST_TIERS = 8;
    uint16 public constant WHOLE = 10_000;

    struct Terms {
        /// @notice From the request to leave to the withdrawal, seconds.
        uint64 unbonding;
        /// @notice From the request of a slash to the earliest decision, seconds.
        uint64 slashDelay;
        /// @notice Over which a reward is paid out, seconds.
        uint64 rewardDuration;
        /// @notice The most that stakers may earn a day, in basis points of the stake.
        uint16 rewardPerDay;
    }

    /// @notice A stake on its way out, worth a fixed amount.
    struct Unstaking {
        uint128 assets;
        uint64 releasedAt;
    }

    struct Stream {
        /// @notice What is still to be paid out at `updatedAt`.
        uint128 left;
        uint64 updatedAt;
        uint64 endsAt;
    }

    struct SlashRequest {
        address account;
        uint64 decidableAt;
        bool open;
        uint128 assets;
        /// @notice Hash of the evidence, kept elsewhere.
        bytes32 evidence;
    }

    Terms private _terms;
    /// @notice What the shares are worth, without what the stream has not paid out yet.
    uint256 private _staked;
    Stream private _stream;
    /// @notice Rewards beyond the daily most, for later.
    uint256 private _reserve;
    uint256 private _queued;
    mapping(address account => Unstaking[]) private _queues;
    SlashRequest[] private _slashRequests;
    mapping(address account => uint256) private _slashable;
    uint128[] private _tierThresholds;
    /// @notice Where slashed stake goes.
    address private _slashRecipient;

    event TermsChanged(Terms terms);
    event TiersChanged(uint128[] thresholds);
    event SlashRecipientChanged(address recipient);
    event RewardAdded(address indexed by, uint256 amount);
    event UnstakeRequested(address indexed account, uint256 shares, uint256 assets, uint64 releasedAt);
    event UnstakeCancelled(address indexed account, uint256 assets, uint256 shares);
    event Unstaked(address indexed account, uint256 assets);
    event SlashRequested(uint256 indexed id, address indexed account, uint256 assets, bytes32 evidence);
    event SlashFinished(uint256 indexed id, address indexed account, uint256 assets);
    event SlashRefused(uint256 indexed id, address indexed account, bool expired);

    error SharesStay();
    error LeaveThroughTheQueue();
    error QueueIsFull();
    error NothingReleased();
    error NoSuchEntry(uint256 index);
    error HeldForSlash(uint256 assets);
    error NothingToSlash();
    error NoOpenSlash(uint256 id);
    error SlashNotYet(uint64 decidableAt);
    error SlashNotExpired(uint64 expiresAt);
    error SlashIsExpired();
    error BadTerms();
    error BadTiers();
    error ZeroAmount();
    error ZeroAddress();

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @param admin the governance's timelock: decides on slashes, terms, tiers and upgrades.
    function initialize(IERC20 token, address admin, address slashRecipient_, Terms calldata terms_)
        external
        initializer
    {
        __AccessControl_init();
        __ERC20_init("Staked GATA", "sGATA");
        __EIP712_init("Staked GATA", "1");
        __ERC4626_init(token);
        __ERC20Votes_init();
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _setTerms(terms_);
        _setSlashRecipient(slashRecipient_);
    }

    // --- what is where ---

    function terms() external view returns (Terms memory) {
        return _terms;
    }

    function slashRecipient() external view returns (address) {
        return _slashRecipient;
    }

    /// @inheritdoc ERC4626Upgradeable
    function totalAssets() public view override returns (uint256) {
        return _staked + _paidOut(_stream);
    }

    /// @notice The stake on its way out, in wei of the token.
    function totalQueued() external view returns (uint256) {
        return _queued;
    }

    /// @notice Rewards given but not paid out yet: in the stream, and kept for later.
    function pendingRewards() external view returns (uint256 inStream, uint256 inReserve) {
        return (_stream.left - _paidOut(_stream), _reserve);
    }

    function queueOf(address account) external view returns (Unstaking[] memory) {
        return _queues[account];
    }

    /// @notice Stake and queue of an account together, in wei of the token: what a slash can reach.
    function stakeOf(address account) public view returns (uint256) {
        return convertToAssets(balanceOf(account)) + _queuedOf(account);
    }

    /// @notice How much of it is held for slashes that are not decided.
    function heldForSlash(address account) external view returns (uint256) {
        return _slashable[account];
    }

    /// @notice The account's tier, from 0 for none, by its stake that is not leaving.
    function tierOf(address account) external view returns (uint256 tier) {
        uint256 assets = convertToAssets(balanceOf(account));
        while (tier < _tierThresholds.length && assets >= _tierThresholds[tier]) ++tier;
    }

    function tierThresholds() external view returns (uint128[] memory) {
        return _tierThresholds;
    }

    function slashRequest(uint256 id) external view returns (SlashRequest memory) {
        return _slashRequests[id];
    }

    function slashRequests() external view returns (uint256) {
        return _slashRequests.length;
    }

    // --- staking ---

    /// @notice `deposit` with the token's permit. A permit that somebody else used up first does no harm.
    function depositWithPermit(
        uint256 assets,
        address receiver,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 shares) {
        try IERC20Permit(asset()).permit(msg.sender, address(this), assets, deadline, v, r, s) {} catch {}
        return deposit(assets, receiver);
    }

    /// @notice 0: a stake leaves through the queue.
    function maxWithdraw(address) public pure override returns (uint256) {
        return 0;
    }

    /// @notice 0: a stake leaves through the queue.
    function maxRedeem(address) public pure override returns (uint256) {
        return 0;
    }

    /// @notice Refused: a stake leaves through the queue.
    function withdraw(uint256, address, address) public pure override returns (uint256) {
        revert LeaveThroughTheQueue();
    }

    /// @notice Refused: a stake leaves through the queue.
    function redeem(uint256, address, address) public pure override returns (uint256) {
        revert LeaveThroughTheQueue();
    }

    /// @notice Puts shares into the queue; they earn and vote no more, and can be slashed until they are withdrawn.
    /// @return assets that they are worth, now fixed.
    function requestUnstake(uint256 shares) external returns (uint256 assets) {
        if (_queues[msg.sender].length == LONGEST_QUEUE) revert QueueIsFull();
        _settleStream();
        assets = previewRedeem(shares);
        if (assets == 0) revert ZeroAmount();
        _burn(msg.sender, shares);
        _staked -= assets;
        _queued += assets;
        uint64 releasedAt = uint64(block.timestamp) + _terms.unbonding;
        _queues[msg.sender].push(Unstaking(assets.toUint128(), releasedAt));
        emit UnstakeRequested(msg.sender, shares, assets, releasedAt);
    }

    /// @notice Takes an entry back out of the queue into the stake.
    function cancelUnstake(uint256 index) external returns (uint256 shares) {
        Unstaking[] storage queue = _queues[msg.sender];
        if (index >= queue.length) revert NoSuchEntry(index);
        _settleStream();
        uint256 assets = queue[index].assets;
        shares = previewDeposit(assets);
        if (shares == 0) revert ZeroAmount();
        queue[index] = queue[queue.length - 1];
        queue.pop();
        _queued -= assets;
        _staked += assets;
        _mint(msg.sender, shares);
        emit UnstakeCancelled(msg.sender, assets, shares);
    }

    /// @notice Pays out what the queue has released. Anyone may call; only the account is paid.
    function withdrawUnstaked(address account) external returns (uint256 assets) {
        Unstaking[] storage queue = _queues[account];
        for (uint256 index = queue.length; index > 0; --index) {
            Unstaking memory entry = queue[index - 1];
            if (entry.releasedAt > block.timestamp) continue;
            assets += entry.assets;
            queue[index - 1] = queue[queue.length - 1];
            queue.pop();
        }
        if (assets == 0) revert NothingReleased();
        uint256 held = _slashable[account];
        if (stakeOf(account) < held) revert HeldForSlash(held);
        _queued -= assets;
        emit Unstaked(account, assets);
        IERC20(asset()).safeTransfer(account, assets);
    }

    // --- rewards ---

    /// @notice Gives the stakers a reward, which is paid out over time and no faster than the terms allow.
    function addReward(uint256 amount) external {
        if (amount == 0) revert ZeroAmount();
        _settleStream();
        IERC20(asset()).safeTransferFrom(msg.sender, address(this), amount);
        _reserve += amount;
        _startStream();
        emit RewardAdded(msg.sender, amount);
    }

    /// @notice Moves what was kept for later into the stream, as far as the terms allow. Anyone may call.
    function pourReserve() external {
        _settleStream();
        _startStream();
    }

    // --- slashing ---

    /// @notice Asks governance to take stake away, at most what the account has; it is held until that is decided.
    function requestSlash(address account, uint256 assets, bytes32 evidence)
        external
        onlyRole(VERIFIER_ROLE)
        returns (uint256 id)
    {
        uint256 free = stakeOf(account);
        uint256 held = _slashable[account];
        free = free > held ? free - held : 0;
        if (assets > free) assets = free;
        if (assets == 0) revert NothingToSlash();
        _slashable[account] = held + assets;
        id = _slashRequests.length;
        uint64 decidableAt = uint64(block.timestamp) + _terms.slashDelay;
        _slashRequests.push(SlashRequest(account, decidableAt, true, assets.toUint128(), evidence));
        emit SlashRequested(id, account, assets, evidence);
    }

    /// @notice Takes the stake: first what is in the queue, then what is staked.
    function finishSlash(uint256 id) external onlyRole(DEFAULT_ADMIN_ROLE) returns (uint256 taken) {
        SlashRequest memory request = _close(id);
        if (block.timestamp < request.decidableAt) revert SlashNotYet(request.decidableAt);
        if (block.timestamp > request.decidableAt + SLASH_EXPIRY) revert SlashIsExpired();
        _settleStream();
        taken = _slashQueue(request.account, request.assets);
        taken += _slashStake(request.account, request.assets - taken);
        emit SlashFinished(id, request.account, taken);
        IERC20(asset()).safeTransfer(_slashRecipient, taken);
    }

    function refuseSlash(uint256 id) external onlyRole(DEFAULT_ADMIN_ROLE) {
        emit SlashRefused(id, _close(id).account, false);
    }

    /// @notice Frees the stake of a request that governance let expire. Anyone may call.
    function expireSlash(uint256 id) external {
        SlashRequest memory request = _close(id);
        uint64 expiresAt = request.decidableAt + SLASH_EXPIRY;
        if (block.timestamp <= expiresAt) revert SlashNotExpired(expiresAt);
        emit SlashRefused(id, request.account, true);
    }

    // --- governance ---

    /// @notice Entries in the queue keep the date they were given.
    function setTerms(Terms calldata terms_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _settleStream();
        _setTerms(terms_);
    }

    /// @param thresholds in wei of the token, each more than the one before.
    function setTiers(uint128[] calldata thresholds) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (thresholds.length > MOST_TIERS) revert BadTiers();
        for (uint256 index = 0; index < thresholds.length; ++index) {
            if (thresholds[index] <= (index == 0 ? 0 : thresholds[index - 1])) revert BadTiers();
        }
        _tierThresholds = thresholds;
        emit TiersChanged(thresholds);
    }

    function setSlashRecipient(address recipient) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setSlashRecipient(recipient);
    }

    // --- clock and overrides ---

    /// @notice Seconds since the epoch: block numbers would change their meaning with the chain's block time.
    function clock() public view override returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @notice Named by ERC-6372.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    function decimals() public view override(ERC20Upgradeable, ERC4626Upgradeable) returns (uint8) {
        return super.decimals();
    }

    /// @dev Makes stealing a first deposit by rounding a million times dearer than what could be gained.
    function _decimalsOffset() internal pure override returns (uint8) {
        return 6;
    }

    function _update(address from, address to, uint256 value)
        internal
        override(ERC20Upgradeable, ERC20VotesUpgradeable)
    {
        // A stake that changed hands could not be slashed.
        if (from != address(0) && to != address(0)) revert SharesStay();
        super._update(from, to, value);
        // Who stakes can vote without a second transaction.
        if (to != address(0) && delegates(to) == address(0)) _delegate(to, to);
    }

    function _deposit(address caller, address receiver, uint256 assets, uint256 shares) internal override {
        if (shares == 0) revert ZeroAmount();
        _settleStream();
        _staked += assets;
        super._deposit(caller, receiver, assets, shares);
    }

    function _authorizeUpgrade(address) internal override onlyRole(DEFAULT_ADMIN_ROLE) {}

    // --- the stream ---

    /// @dev What the stream has paid out since it was last settled.
    function _paidOut(Stream memory stream) private view returns (uint256) {
        if (block.timestamp >= stream.endsAt) return stream.left;
        return Math.mulDiv(stream.left, block.timestamp - stream.updatedAt, stream.endsAt - stream.updatedAt);
    }

    function _settleStream() private {
        Stream memory stream = _stream;
        if (stream.updatedAt == block.timestamp) return;
        uint256 paid = _paidOut(stream);
        _staked += paid;
        _stream.left = (stream.left - paid).toUint128();
        _stream.updatedAt = uint64(block.timestamp);
    }

    /// @dev Spreads what is left, and of the reserve what the terms allow, over a new duration.
    function _startStream() private {
        Terms memory terms_ = _terms;
        uint256 left = _stream.left;
        uint256 most = Math.mulDiv(
            _staked, uint256(terms_.rewardPerDay) * terms_.rewardDuration, uint256(WHOLE) * 1 days
        );
        uint256 poured = Math.min(_reserve, Math.saturatingSub(most, left));
        if (poured == 0) return;
        _reserve -= poured;
        uint64 now_ = uint64(block.timestamp);
        _stream = Stream((left + poured).toUint128(), now_, now_ + terms_.rewardDuration);
    }

    // --- slashing's parts ---

    function _queuedOf(address account) private view returns (uint256 assets) {
        Unstaking[] storage queue = _queues[account];
        for (uint256 index = 0; index < queue.length; ++index) assets += queue[index].assets;
    }

    function _close(uint256 id) private returns (SlashRequest memory request) {
        if (id >= _slashRequests.length || !_slashRequests[id].open) revert NoOpenSlash(id);
        request = _slashRequests[id];
        _slashRequests[id].open = false;
        _slashable[request.account] -= request.assets;
    }

    function _slashQueue(address account, uint256 wanted) private returns (uint256 taken) {
        Unstaking[] storage queue = _queues[account];
        for (uint256 index = queue.length; index > 0 && taken < wanted; --index) {
            uint256 assets = queue[index - 1].assets;
            uint256 part = Math.min(assets, wanted - taken);
            taken += part;
            if (part == assets) {
                queue[index - 1] = queue[queue.length - 1];
                queue.pop();
            } else {
                queue[index - 1].assets = (assets - part).toUint128();
            }
        }
        _queued -= taken;
    }

    function _slashStake(address account, uint256 wanted) private returns (uint256 taken) {
        if (wanted == 0) return 0;
        uint256 shares = Math.min(previewWithdraw(wanted), balanceOf(account));
        taken = Math.min(convertToAssets(shares), wanted);
        _burn(account, shares);
        _staked -= taken;
    }

    // --- settings' parts ---

    function _setTerms(Terms memory terms_) private {
        bool bad = terms_.unbonding < SHORTEST_UNBONDING || terms_.unbonding > LONGEST_UNBONDING
            || terms_.slashDelay == 0 || terms_.slashDelay > LONGEST_UNBONDING || terms_.rewardDuration == 0
            || terms_.rewardDuration > 365 days || terms_.rewardPerDay > WHOLE;
        if (bad) revert BadTerms();
        _terms = terms_;
        emit TermsChanged(terms_);
    }

    function _setSlashRecipient(address recipient) private {
        if (recipient == address(0)) revert ZeroAddress();
        _slashRecipient = recipient;
        emit SlashRecipientChanged(recipient);
    }
}
